import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startStandIns } from '../bin/stand-ins.ts'
import { createWorld, syncWorld } from '../lib/context.ts'
import { startEmbeddedPostgres } from '../lib/db/embedded-postgres.ts'
import { migrate } from '../lib/db/migrations.ts'
import { readEnv } from '../lib/env.ts'
import { syncProject } from '../lib/sync/gitlab.ts'
import type { LookOutcome } from '../lib/sync/look.ts'
import { syncProjects } from '../lib/sync/projects.ts'
import { type Measured, milliseconds, quantile } from './table.ts'

const root = path.join(import.meta.dirname, '..')
const project = 'scale/monolith'
const idleLooks = 20

/** One full look at the large project, then idle ones: time, and requests beside the fewest pages that hold it all. */
export async function measureSync(): Promise<Measured[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'berth-bench-'))
  const standIns = await startStandIns(dataDir)
  const postgres = await startEmbeddedPostgres(dataDir)
  try {
    await migrate(postgres.url, root)
    const env = readEnv({
      ...standIns.env,
      BERTH_GITLAB_PROJECTS: project,
      BERTH_GITLAB_REQUESTS_PER_MINUTE: '100000',
      BERTH_URL: 'http://berth.test',
      BERTH_SECRET: 'a secret of at least 32 characters',
      DATABASE_URL: postgres.url,
    })
    const world = syncWorld(createWorld(env), env)
    await syncProjects(world, [project])
    const { id } = await world.db.project.findFirstOrThrow({ where: { pathWithNamespace: project } })
    const full = costOf(await syncProject(world, id, 'full'))
    const size = {
      branches: await world.db.branch.count({ where: { projectId: id } }),
      environments: await world.db.environment.count({ where: { projectId: id } }),
      mergeRequests: await world.db.mergeRequest.count({ where: { projectId: id } }),
      deployments: await world.db.deployment.count({ where: { projectId: id } }),
      pipelines: await world.db.pipeline.count({ where: { projectId: id } }),
    }
    const again = costOf(await syncProject(world, id, 'full'))
    const idle = []
    for (let look = 0; look < idleLooks; look += 1) idle.push(costOf(await syncProject(world, id, 'idle')))
    await world.db.$disconnect()

    const { pipelines, ...wanted } = size
    const pages = Object.values(wanted).reduce((sum, rows) => sum + Math.ceil(rows / 100), 0)
    const rows = Object.entries(size).map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    const idleRequests = idle.map(({ requests }) => requests)
    return [
      { what: 'large project', value: rows.slice(0, 4).join(', '), beside: rows.slice(4).join('') },
      {
        what: 'first full look: requests',
        value: String(full.requests),
        beside: `${pages} pages of 100, and ${Math.ceil(pipelines / 100)} of pipelines`,
      },
      { what: 'first full look: time', value: `${(full.milliseconds / 1000).toFixed(1)} s`, beside: '' },
      { what: 'later full look: requests', value: String(again.requests), beside: '' },
      { what: 'later full look: time', value: `${(again.milliseconds / 1000).toFixed(1)} s`, beside: '' },
      {
        what: `idle look: requests, worst of ${idleLooks}`,
        value: String(Math.max(...idleRequests)),
        beside: 'aim: at most 3',
      },
      {
        what: `idle look: time, median of ${idleLooks}`,
        value: milliseconds(
          quantile(
            idle.map((cost) => cost.milliseconds),
            0.5,
          ),
        ),
        beside: '',
      },
    ]
  } finally {
    await postgres.stop()
    await standIns.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function costOf(outcome: LookOutcome): { requests: number; milliseconds: number } {
  if (outcome.status === 'done') return outcome.cost
  throw new Error(`The look was ${outcome.status}.`, { cause: outcome.status === 'failed' ? outcome.error : undefined })
}
