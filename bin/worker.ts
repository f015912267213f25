import { instance, syncWorld } from '#lib/context.ts'
import { keepHosts } from '#lib/db/observations-projects.ts'
import { followOperations } from '#lib/operations/follow.ts'
import { runPolicies } from '#lib/operations/policy-run.ts'
import { followOutbox } from '#lib/operations/send-outbox.ts'
import { decideByClock } from '#lib/sync/clock.ts'
import { syncHost } from '#lib/sync/dokku.ts'
import { followHostEvents } from '#lib/sync/dokku-events.ts'
import { syncProject } from '#lib/sync/gitlab.ts'
import { followUsage } from '#lib/sync/host-usage.ts'
import { followJobLogs } from '#lib/sync/job-log.ts'
import { syncProjects } from '#lib/sync/projects.ts'
import { startSchedule } from '#lib/sync/schedule.ts'
import { followUrls } from '#lib/sync/urls.ts'
import { createProber } from '#lib/url/index.ts'

/** A look that does not end by itself is left behind: its lease lapses, and the next worker takes it up. */
const stopTimeoutMs = 15_000

const { env, world, databaseUrl } = instance()
const observing = syncWorld(world, env)

await keepHosts(world.db, env.BERTH_DOKKU_HOSTS)
const schedule = await startSchedule({
  databaseUrl,
  db: world.db,
  settings: {
    idleSeconds: env.BERTH_SYNC_IDLE_SECONDS,
    watchedSeconds: env.BERTH_SYNC_WATCHED_SECONDS,
    dokkuSeconds: env.BERTH_DOKKU_SECONDS,
    dokkuSharePercent: env.BERTH_DOKKU_SHARE,
    requestsPerMinute: env.BERTH_GITLAB_REQUESTS_PER_MINUTE,
  },
  look,
  everyMinute: () => decideByClock(observing),
  // Policies change things, which a read-only Berth never does.
  everyFiveMinutes: async () => (env.BERTH_READ_ONLY ? undefined : runPolicies(observing)),
  now: world.now,
})
const jobLogs = followJobLogs(observing)
const hostEvents = followHostEvents(observing)
const usage = followUsage(observing)
const urls = followUrls(observing, {
  prober: createProber({ networks: env.BERTH_PROBE_NETWORKS }),
  settings: { probeSeconds: env.BERTH_PROBE_SECONDS },
})
const outbox = followOutbox(world)
const operations = await followOperations(world, { connectionString: databaseUrl })
console.log('The worker observes and follows operations.')

async function look(sourceId: string): Promise<void> {
  const [kind, id = ''] = sourceId.split(/:(.*)/s)
  if (kind === 'dokku') await syncHost(observing, id, { sharePercent: env.BERTH_DOKKU_SHARE })
  else if (id === '') await syncProjects(observing, env.BERTH_GITLAB_PROJECTS)
  else await syncProject(observing, Number(id), { fullAfterMinutes: env.BERTH_SYNC_FULL_MINUTES })
}

let stopping = false

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(0), stopTimeoutMs).unref()
  await Promise.all([
    schedule.stop(),
    jobLogs.stop(),
    hostEvents.stop(),
    usage.stop(),
    urls.stop(),
    outbox.stop(),
    operations.stop(),
  ])
  for (const dokku of world.dokku.values()) dokku.close()
  await world.db.$disconnect()
  process.exit(0)
}

process.on('SIGTERM', stop)
process.on('SIGINT', stop)
