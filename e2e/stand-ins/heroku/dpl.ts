import { execFile } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What `dpl heroku api` is given. */
export interface Dpl {
  url: string
  key: string
  app: string
  repository: string
  sha: string
  say(text: string): void
  signal: AbortSignal
}

const accept = 'application/vnd.heroku+json; version=3'
const largestArchive = 256 * 1024 * 1024

/**
 * Deploys a commit as `dpl` with `--strategy api` does: packs the files, uploads them to where Heroku says, asks for a build,
 * reads its output and waits for its end. Answers the exit code.
 */
export async function deployByDpl(dpl: Dpl): Promise<number> {
  const { app, say } = dpl
  const { stdout: archive } = await run('git', ['-C', dpl.repository, 'archive', '--format=tar.gz', dpl.sha], {
    encoding: 'buffer',
    maxBuffer: largestArchive,
  })
  say('Creating application archive\n')
  const source = await ask(dpl, 'POST', '/sources')
  if ('failed' in source) return source.failed
  const { put_url, get_url } = source.json.source_blob as { put_url: string; get_url: string }
  say('Uploading application archive\n')
  await fetch(put_url, { method: 'PUT', body: new Uint8Array(archive), signal: dpl.signal })
  say('Triggering Heroku build (deployment)\n')
  const begun = await ask(dpl, 'POST', `/apps/${app}/builds`, { source_blob: { url: get_url, version: dpl.sha } })
  if ('failed' in begun) return begun.failed
  say(await (await fetch(String(begun.json.output_stream_url), { signal: dpl.signal })).text())
  for (;;) {
    const build = await ask(dpl, 'GET', `/apps/${app}/builds/${begun.json.id}`)
    if ('failed' in build) return build.failed
    if (build.json.status === 'succeeded') return 0
    if (build.json.status === 'failed') return failed(dpl, 'Heroku build failed')
    await wait(50, undefined, { signal: dpl.signal })
  }
}

async function ask(
  { url, key, say, signal }: Dpl,
  method: string,
  path: string,
  body?: object,
): Promise<{ json: Record<string, unknown> } | { failed: number }> {
  const response = await fetch(`${url}${path}`, {
    method,
    signal,
    headers: { accept, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const json = (await response.json()) as Record<string, unknown>
  if (response.ok) return { json }
  say(`API request failed.\n${json.message}\n`)
  return { failed: 1 }
}

function failed({ say }: Dpl, words: string): number {
  say(`${words}\n`)
  return 1
}
