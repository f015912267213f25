import { shortSha } from '#lib/domain/branch.ts'
import type { ProcessReport } from '#lib/domain/dokku-app.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import { done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { patiently } from './patience.ts'
import { verifyReleased } from './verify-released.ts'

/** What a promotion's plan must say of what it deploys. */
export interface DeployedPlan {
  sha: string
  environmentName: string
  /** `null` when no rule says which app it is. */
  app: AppLocation | null
  /** Name of the app where it is on Heroku; absent from plans that were written before Berth knew Heroku. */
  heroku?: string | null
}

/** A container may need a moment after the job's end; what has not come up by then has not come up. */
const settleMs = 20_000
const outageMs = 120_000

/**
 * Whether Dokku, or Heroku, runs what GitLab says was deployed: the commit, and every process. Skipped when Berth knows no app or
 * no such host; a host that stays silent for two minutes fails it, since then nobody has seen it run.
 */
export async function verifyDeployed(held: Held<DeployedPlan>): Promise<Outcome> {
  const { app, heroku, sha, environmentName } = held.plan
  if (heroku) {
    if (!held.world.heroku) return skipped(`Berth has no key of Heroku: only GitLab vouches for ${environmentName}.`)
    return verifyReleased(held, held.world.heroku, { app: heroku, sha })
  }
  if (app === null) return skipped(`No rule says which Dokku app ${environmentName} is: only GitLab vouches for it.`)
  const dokku = held.world.dokku.get(app.host)
  if (!dokku) return skipped(`Dokku host ${app.host} is not configured: only GitLab vouches for ${environmentName}.`)
  const since = held.world.now().getTime()
  for (;;) {
    const [deployedSha, report] = await patiently(held, outageMs, () =>
      Promise.all([dokku.deployedSha(app.app), dokku.processReport(app.app)]),
    )
    const complaint = commitComplaint(deployedSha, sha) ?? processComplaint(report)
    if (complaint === null) {
      const commit = deployedSha === null ? 'an image, which names no commit' : shortSha(sha)
      return done(`App ${app.app} on ${app.host} runs ${commit}; ${upWords(report.processes.length)}.`)
    }
    if (held.world.now().getTime() - since >= settleMs) {
      return failed('dokku', `GitLab says deployed, but app ${app.app} on Dokku host ${app.host} ${complaint}.`)
    }
    await held.say(`App ${app.app} ${complaint}; looking again.`)
    await held.pause(2000)
  }
}

const upWords = (count: number): string => (count === 1 ? 'its process is up' : `all ${count} processes are up`)

function commitComplaint(deployedSha: string | null, sha: string): string | null {
  if (deployedSha === null || deployedSha.startsWith(sha) || sha.startsWith(deployedSha)) return null
  return `runs ${shortSha(deployedSha)}, not ${shortSha(sha)}`
}

/** Judged by each process: Dokku's own `running` says true of a crash loop. */
function processComplaint({ deployed, processes }: ProcessReport): string | null {
  if (!deployed) return 'was never deployed'
  if (processes.length === 0) return 'has no process'
  const down = processes.filter(({ status }) => status !== 'running')
  if (down.length === 0) return null
  return `has ${down.map(({ type, index, status }) => `${type}.${index} ${status}`).join(', ')}`
}
