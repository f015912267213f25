import { PgBoss } from 'pg-boss'
import { forgetAnnouncements } from '#lib/db/announcements.ts'
import type { Database } from '#lib/db/client.ts'
import { forgetEvents } from '#lib/db/dokku-events.ts'
import { type LookState, lookStates } from '#lib/db/looks.ts'
import { listen } from '#lib/db/notifications.ts'
import { forgetBudgets } from '#lib/db/request-budget.ts'
import { forgetWatches } from '#lib/db/watches.ts'
import { forgetDeliveries } from '#lib/db/webhooks.ts'
import { log } from '#lib/log.ts'
import { dueHints, dueSources, type LookSettings } from './interval.ts'
import { nudgedSources } from './nudge.ts'

export interface ScheduleOptions {
  databaseUrl: string
  db: Database
  settings: LookSettings
  /** A GitLab is connected, whose projects are to be listed. */
  hasGitlab: boolean
  /** Looks at one source; never throws for a source that fails. */
  look(sourceId: string): Promise<void>
  /** Follows what GitLab's webhook told of a project; never throws for a GitLab that fails. */
  followHints(projectId: number): Promise<void>
  /** What must happen every minute, once for all workers, and when a worker starts. */
  everyMinute(): Promise<void>
  /** What must happen every five minutes, once for all workers. */
  everyFiveMinutes(): Promise<void>
  now(): Date
}

/** Looks that one process runs at the same time: fewer than its database connections, since deciding a board holds one while it uses others. */
const concurrency = { gitlab: 3, dokku: 3, hints: 1 }

const tickMs = 150

const minuteMs = 60_000
const dayMs = 86_400_000

/** How long a page may be away and still hear what it missed; it reads everything again when it was away for longer. */
const announcementMinutes = 10

/** How long what happened on a host is remembered. */
const eventDays = 14

/** How long a delivery of GitLab's is known when it comes again. */
const deliveryDays = 7

/** A look that takes longer is given up by pg-boss; its lease keeps others away for as long as the process lives. */
const expireInSeconds = 900

/**
 * Keeps looking at every source. What is due follows from the sources themselves, several times a second and in every
 * worker, so that no chain of jobs can break; pg-boss makes one job of what several workers find due and spreads the jobs
 * over them, and the lease on the source has the last word.
 */
export async function startSchedule(options: ScheduleOptions): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, db, settings, hasGitlab, now } = options
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: 'pgboss',
    application_name: 'berth-schedule',
    max: 4,
    useListenNotify: true,
    maintenanceIntervalSeconds: 300,
  })
  boss.on('error', (error) => log.error({ err: error }, 'The schedule stumbled.'))
  await boss.start()
  await openQueues(boss, options)

  const nudged = new Set<string>()
  const tick = async () => {
    const states = await lookStates(db, { hasGitlab })
    const sources = new Set([...free(states, nudged), ...dueSources(states, settings, now())])
    for (const sourceId of sources) {
      nudged.delete(sourceId)
      await boss.send(queueOf(sourceId), { sourceId }, { singletonKey: sourceId })
    }
    for (const projectId of dueHints(states, settings, now())) {
      await boss.send('follow-hints', { projectId }, { singletonKey: String(projectId) })
    }
  }
  const ticking = repeat(tick, tickMs)
  const listening = await listen(databaseUrl, (topics) => {
    const sources = nudgedSources(topics)
    for (const source of sources) nudged.add(source)
    if (sources.length > 0) ticking.now()
  })
  return {
    async stop() {
      await listening.close()
      await ticking.stop()
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
  }
}

type SourceQueue = 'look-gitlab' | 'look-dokku'

/** Heroku's one source waits beside the hosts. */
const queueOf = (sourceId: string): SourceQueue => (sourceId.startsWith('gitlab') ? 'look-gitlab' : 'look-dokku')

async function openQueues(
  boss: PgBoss,
  { db, look, followHints, everyMinute, everyFiveMinutes, now }: ScheduleOptions,
): Promise<void> {
  // `short`: one waiting job a source. How many are active is the lease's business, which a killed worker gives back in
  // seconds; pg-boss would keep the source blocked until the dead job expires.
  const queue = { policy: 'short', retryLimit: 0, expireInSeconds, deleteAfterSeconds: 60, notify: true }
  await boss.createQueue('look-gitlab', queue)
  await boss.createQueue('look-dokku', queue)
  await boss.createQueue('follow-hints', queue)
  const clock = { policy: 'exclusive', retryLimit: 0, deleteAfterSeconds: 60, notify: true }
  await boss.createQueue('every-minute', clock)
  await boss.createQueue('every-five-minutes', clock)
  await boss.createQueue('housekeeping', { policy: 'short', retryLimit: 0, deleteAfterSeconds: 3600 })

  const lookNow = async (jobs: { data: { sourceId: string } }[]) => {
    for (const { data } of jobs) await look(data.sourceId)
  }
  await boss.work('look-gitlab', { localConcurrency: concurrency.gitlab, notifyPollingIntervalSeconds: 5 }, lookNow)
  await boss.work('look-dokku', { localConcurrency: concurrency.dokku, notifyPollingIntervalSeconds: 5 }, lookNow)
  await boss.work(
    'follow-hints',
    { localConcurrency: concurrency.hints, notifyPollingIntervalSeconds: 5 },
    async (jobs: { data: { projectId: number } }[]) => {
      for (const { data } of jobs) await followHints(data.projectId)
    },
  )
  await boss.work('every-minute', { notifyPollingIntervalSeconds: 5 }, everyMinute)
  await boss.schedule('every-minute', '* * * * *')
  await boss.send('every-minute')
  await boss.work('every-five-minutes', { notifyPollingIntervalSeconds: 5 }, everyFiveMinutes)
  await boss.schedule('every-five-minutes', '*/5 * * * *')
  await boss.work('housekeeping', { pollingIntervalSeconds: 30 }, async () => {
    await forgetWatches(db)
    await forgetBudgets(db, new Date(now().getTime() - dayMs))
    await forgetAnnouncements(db, new Date(now().getTime() - announcementMinutes * minuteMs))
    await forgetEvents(db, new Date(now().getTime() - eventDays * dayMs))
    await forgetDeliveries(db, new Date(now().getTime() - deliveryDays * dayMs))
  })
  await boss.schedule('housekeeping', '*/10 * * * *')
}

/** Nudged sources that nobody holds; the others are nudged again once their look has ended. */
const free = (states: readonly LookState[], nudged: ReadonlySet<string>): string[] =>
  states.filter(({ id, held }) => nudged.has(id) && !held).map(({ id }) => id)

/** Runs `work` again and again, `pauseMs` after it ended, at once when asked; a failure is said once and the next run tries. */
function repeat(work: () => Promise<void>, pauseMs: number): { now(): void; stop(): Promise<void> } {
  let stopped = false
  let wake = () => {}
  let isWanted = false
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = (async () => {
    let failing = false
    while (!stopped) {
      isWanted = false
      try {
        await work()
        failing = false
      } catch (error) {
        if (!failing) log.error({ err: error }, 'The schedule could not be read.')
        failing = true
      }
      if (!stopped && !isWanted) await pause(pauseMs)
    }
  })()
  return {
    now() {
      isWanted = true
      wake()
    },
    async stop() {
      stopped = true
      wake()
      await loop
    },
  }
}
