import { type Instance, instance, openInstance, syncWorld } from '#lib/context.ts'
import { keepHeroku } from '#lib/db/heroku.ts'
import { keepHosts } from '#lib/db/observations-projects.ts'
import { followOperations } from '#lib/operations/follow.ts'
import { runPolicies } from '#lib/operations/policy-run.ts'
import { followOutbox } from '#lib/operations/send-outbox.ts'
import { checkWebhooks } from '#lib/operations/webhook.ts'
import { decideByClock } from '#lib/sync/clock.ts'
import { syncHost } from '#lib/sync/dokku.ts'
import { followHostEvents } from '#lib/sync/dokku-events.ts'
import { syncProject } from '#lib/sync/gitlab.ts'
import { syncHeroku } from '#lib/sync/heroku.ts'
import { followHints } from '#lib/sync/hints.ts'
import { followUsage } from '#lib/sync/host-usage.ts'
import { followJobLogs } from '#lib/sync/job-log.ts'
import { syncProjects } from '#lib/sync/projects.ts'
import { startSchedule } from '#lib/sync/schedule.ts'
import { followUrls } from '#lib/sync/urls.ts'
import { createProber } from '#lib/url/index.ts'

/** A look that does not end by itself is left behind: its lease lapses, and the next worker takes it up. */
const stopTimeoutMs = 15_000

interface Work {
  stop(): Promise<void>
}

/** Everything that a worker does, by the connections of this instance. */
async function startWork({ env, world, databaseUrl }: Instance): Promise<Work> {
  const observing = syncWorld(world, env)
  await keepHosts(world.db, env.BERTH_DOKKU_HOSTS)
  await keepHeroku(world.db, world.heroku !== null)

  async function look(sourceId: string): Promise<void> {
    const [kind, id = ''] = sourceId.split(/:(.*)/s)
    if (kind === 'dokku') await syncHost(observing, id, { sharePercent: env.BERTH_DOKKU_SHARE })
    else if (kind === 'heroku') await syncHeroku(observing)
    else if (id === '') await syncProjects(observing, env.BERTH_GITLAB_PROJECTS)
    else await syncProject(observing, Number(id), { fullAfterMinutes: env.BERTH_SYNC_FULL_MINUTES })
  }

  const parts: Work[] = [
    await startSchedule({
      databaseUrl,
      db: world.db,
      settings: {
        idleSeconds: env.BERTH_SYNC_IDLE_SECONDS,
        watchedSeconds: env.BERTH_SYNC_WATCHED_SECONDS,
        hookedSeconds: env.BERTH_SYNC_HOOKED_SECONDS,
        dokkuSeconds: env.BERTH_DOKKU_SECONDS,
        dokkuSharePercent: env.BERTH_DOKKU_SHARE,
        herokuSeconds: env.BERTH_HEROKU_SECONDS,
        requestsPerMinute: env.BERTH_GITLAB_REQUESTS_PER_MINUTE,
      },
      hasGitlab: env.BERTH_GITLAB_URL !== null,
      look,
      followHints: async (projectId) => void (await followHints(observing, projectId)),
      everyMinute: () => decideByClock(observing),
      // Policies change things, which a read-only Berth never does.
      everyFiveMinutes: async () => {
        await checkWebhooks(observing)
        if (!env.BERTH_READ_ONLY) await runPolicies(observing)
      },
      now: world.now,
    }),
    followJobLogs(observing),
    followHostEvents(observing),
    followUsage(observing),
    followUrls(observing, {
      prober: createProber({ networks: env.BERTH_PROBE_NETWORKS }),
      settings: { probeSeconds: env.BERTH_PROBE_SECONDS },
    }),
    followOutbox(world),
    await followOperations(world, { connectionString: databaseUrl }),
  ]
  return {
    async stop() {
      await Promise.all(parts.map((part) => part.stop()))
    },
  }
}

let stopping = false

/** One after another: what is connected may change again while the work begins anew. */
let work: Promise<Work>

const current = await openInstance((next) => {
  if (stopping) return
  work = work
    .then((begun) => begun.stop())
    .then(() => startWork(next))
    .then((begun) => {
      console.log('The worker goes by the new connections.')
      return begun
    })
  // A worker that cannot begin again ends, and whoever supervises it starts another.
  work.catch((error: Error) => {
    console.error(error.message)
    process.exit(1)
  })
})
work = startWork(current)
await work
console.log('The worker observes and follows operations.')

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(0), stopTimeoutMs).unref()
  await (await work).stop()
  const { world } = instance()
  for (const dokku of world.dokku.values()) dokku.close()
  await world.db.$disconnect()
  process.exit(0)
}

process.on('SIGTERM', stop)
process.on('SIGINT', stop)
