import type { Dokku } from '#lib/dokku/index.ts'
import type { AppBehind } from './app-behind.ts'
import { done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { patiently } from './patience.ts'

/** A stop job may end a moment before what it started; where GitLab ran none, there is little to wait for. */
const settleMs = { afterJob: 20_000, withoutJob: 6_000 }
const outageMs = 120_000

export interface GonePlan {
  environmentName: string
  /** `null` when no rule says which app it was. */
  behind: AppBehind | null
}

/**
 * Whether Dokku agrees that a review app is gone, its database too: GitLab says `stopped` even when nothing was torn down.
 * Skipped when Berth knows no app or no such host; a host that stays silent for two minutes fails it.
 */
export async function verifyGone(held: Held<GonePlan>): Promise<Outcome> {
  const { behind, environmentName } = held.plan
  if (behind === null)
    return skipped(`No rule says which Dokku app ${environmentName} was: only GitLab says that it is gone.`)
  const hosts = behind.hosts.flatMap((name) => held.world.dokku.get(name) ?? [])
  if (hosts.length === 0) {
    return skipped(
      `Dokku host ${behind.hosts.join(', ')} is not configured: only GitLab says that ${environmentName} is gone.`,
    )
  }
  const since = held.world.now().getTime()
  const patienceMs = held.operation.jobId === null ? settleMs.withoutJob : settleMs.afterJob
  for (;;) {
    const left = (await patiently(held, outageMs, () => Promise.all(hosts.map((host) => leftOn(host, behind))))).flat()
    if (left.length === 0) return done(goneWords(behind))
    const names = left.join(' and ')
    if (held.world.now().getTime() - since >= patienceMs) {
      const reason = held.operation.jobId === null ? 'GitLab ran no stop job' : 'the stop job did not tear it down'
      return failed('dokku', `GitLab says stopped, but ${names}: ${reason}.`)
    }
    await held.say(`Still there: ${names}; looking again.`)
    await held.pause(2000)
  }
}

async function leftOn(dokku: Dokku, { app, database }: AppBehind): Promise<string[]> {
  const [appLeft, databaseLeft] = await Promise.all([
    dokku.appExists(app.app),
    database ? dokku.serviceExists(database.plugin, database.name) : false,
  ])
  return [
    ...(appLeft ? [`app ${app.app} is still on Dokku host ${dokku.host}`] : []),
    ...(databaseLeft ? [`${database?.plugin} database ${database?.name} is still on Dokku host ${dokku.host}`] : []),
  ]
}

const goneWords = ({ app, database, hosts }: AppBehind): string =>
  `App ${app.app}${database ? ` and database ${database.name}` : ''} ${database ? 'are' : 'is'} gone from ${hosts.join(', ')}.`
