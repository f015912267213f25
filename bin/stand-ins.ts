import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { endChild, root, startChild } from './child.ts'

/** The line that `e2e/stand-ins/start.ts` prints when everything answers. */
const Ready = z.object({
  gitlabUrl: z.string(),
  gitlabToken: z.string(),
  gitlabProjects: z.array(z.string()),
  oauth: z.object({ id: z.string(), secret: z.string() }),
  dokkuHosts: z.string(),
  dokkuKeyFile: z.string(),
  heroku: z.object({ url: z.string(), key: z.string() }).nullable(),
  authorityFile: z.string(),
  mappings: z.record(z.string(), z.unknown()),
})

export interface StandIns {
  /** The environment variables that make Berth use them. */
  env: Record<string, string>
  stop(): Promise<void>
}

/** Starts the stand-ins for GitLab, Dokku and Heroku and waits for their word. `berthUrl` is where a sign-in leads back to. */
export async function startStandIns(dataDir: string, berthUrl: string | null = null): Promise<StandIns> {
  const script = path.join(root, 'e2e', 'stand-ins', 'start.ts')
  const place = ['--dir', path.join(dataDir, 'stand-ins'), '--parent', String(process.pid)]
  // One host with Berth's plugin and one without: both ways are to be seen.
  const back = berthUrl === null ? [] : ['--oauth-redirect', `${berthUrl}/api/auth/callback/gitlab`]
  const args = [script, ...place, ...back, '--demo', '--berth-plugin', 'review']
  const child = startChild({ name: 'stand-ins', args, env: process.env, quiet: true })
  const ready = await new Promise<z.infer<typeof Ready>>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The stand-ins ended at their start (exit code ${code}).`)))
    if (!child.stdout) throw new Error('The stand-ins were started without a stdout.')
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(Ready.parse(JSON.parse(line)))
      else console.error(`stand-ins │ ${line}`)
    })
  })
  return {
    env: {
      BERTH_GITLAB_URL: ready.gitlabUrl,
      BERTH_GITLAB_TOKEN: ready.gitlabToken,
      BERTH_GITLAB_PROJECTS: ready.gitlabProjects.join(','),
      BERTH_DOKKU_HOSTS: ready.dokkuHosts,
      BERTH_DOKKU_KEY_FILE: ready.dokkuKeyFile,
      ...(ready.heroku && { BERTH_HEROKU_URL: ready.heroku.url, BERTH_HEROKU_API_KEY: ready.heroku.key }),
      BERTH_MAPPINGS: JSON.stringify(ready.mappings),
      NODE_EXTRA_CA_CERTS: ready.authorityFile,
      // Where the stand-ins serve their apps; in the world outside only public addresses are asked.
      BERTH_PROBE_NETWORKS: '127.0.0.0/8,::1/128',
      BERTH_GITLAB_OAUTH_ID: ready.oauth.id,
      BERTH_GITLAB_OAUTH_SECRET: ready.oauth.secret,
      // Whoever tries Berth may come in either way.
      BERTH_BREAK_GLASS: 'true',
      BERTH_DEMO: 'true',
    },
    stop: () => endChild(child),
  }
}
