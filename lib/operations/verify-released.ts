import { shortSha } from '#lib/domain/branch.ts'
import type { Dyno, Formation, HerokuRelease } from '#lib/domain/heroku-app.ts'
import type { Heroku } from '#lib/heroku/index.ts'
import { done, failed, type Held, type Outcome } from './beat.ts'
import { patiently } from './patience.ts'

const outageMs = 120_000
/** Heroku gives a dyno a minute to start. */
const settleMs = 90_000
/** A dyno whose program ends at once is up for a moment: it has to be seen twice. */
const steadyMs = 2000

/** What Heroku has to show: the commit, where one is known, or (`version`) the release. */
export interface Released {
  app: string
  sha: string | null
  version?: number
}

/** Whether Heroku runs what was released there: the release, its commit, and every dyno, seen in two looks in a row. */
export async function verifyReleased(held: Held<unknown>, heroku: Heroku, wanted: Released): Promise<Outcome> {
  const { app } = wanted
  const since = held.world.now().getTime()
  let wasUp = false
  for (;;) {
    const seen = await patiently(held, outageMs, () => lookAtApp(heroku, app))
    const complaint = releaseComplaint(seen, wanted) ?? dynoComplaint(seen)
    if (complaint === null && wasUp) return done(`App ${app} on Heroku runs ${runningWords(seen)}.`)
    wasUp = complaint === null
    if (complaint !== null) {
      const isFinal = seen.newest?.status === 'failed' && seen.newest.version !== seen.current?.version
      if (isFinal || held.world.now().getTime() - since >= settleMs) {
        return failed('heroku', `App ${app} on Heroku ${complaint}.`)
      }
      await held.say(`App ${app} on Heroku ${complaint}; looking again.`)
    }
    await held.pause(steadyMs)
  }
}

interface Seen {
  newest: HerokuRelease | undefined
  current: HerokuRelease | undefined
  /** Of what runs; `null` where nobody named one. */
  sha: string | null
  dynos: Dyno[]
  formation: Formation[]
}

async function lookAtApp(heroku: Heroku, app: string): Promise<Seen> {
  const [releases, dynos, formation] = await Promise.all([
    heroku.releases(app),
    heroku.dynos(app),
    heroku.formation(app),
  ])
  const current = releases.find((release) => release.current)
  const slug = current?.slugId ? await heroku.slug(app, current.slugId) : null
  return { newest: releases[0], current, sha: slug?.commit ?? null, dynos, formation }
}

function releaseComplaint({ newest, current, sha }: Seen, wanted: Released): string | null {
  if (newest?.status === 'failed' && newest.version > (current?.version ?? 0))
    return `failed to release v${newest.version}`
  if (newest?.status === 'pending') return `is making release v${newest.version}`
  if (!current) return 'has no release that runs'
  if (wanted.version !== undefined && current.version < wanted.version)
    return `runs v${current.version}, not v${wanted.version}`
  if (wanted.sha === null || sha === null || sha.startsWith(wanted.sha) || wanted.sha.startsWith(sha)) return null
  return `runs ${shortSha(sha)} as v${current.version}, not ${shortSha(wanted.sha)}`
}

/** Judged by the dynos of the formation: somebody's one-off says nothing of the app. An idle one wakes up for a visitor. */
export function dynoComplaint({
  current,
  dynos,
  formation,
}: Pick<Seen, 'current' | 'dynos' | 'formation'>): string | null {
  const wished = formation.filter(({ quantity }) => quantity > 0)
  const own = dynos.filter(({ type }) => wished.some((process) => process.type === type))
  const down = own.filter(({ state }) => state !== 'up' && state !== 'idle')
  if (down.length > 0) return `has ${down.map(({ name, state }) => `${name} ${state}`).join(', ')}`
  const short = wished.filter(({ type, quantity }) => own.filter((dyno) => dyno.type === type).length < quantity)
  if (short.length > 0) return `is to have ${short.map(({ type, quantity }) => `${quantity} ${type}`).join(', ')}`
  const older = own.filter(({ releaseVersion }) => releaseVersion !== current?.version)
  return older.length === 0
    ? null
    : `still has ${older.map(({ name, releaseVersion }) => `${name} of v${releaseVersion}`).join(', ')}`
}

function runningWords({ current, sha, dynos }: Seen): string {
  const commit = sha === null ? 'which names no commit' : `commit ${shortSha(sha)}`
  return `v${current?.version}, ${commit}: ${dynos.map(({ name, state }) => `${name} ${state}`).join(', ') || 'no dyno'}`
}
