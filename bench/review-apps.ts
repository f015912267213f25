import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../e2e/instance.ts'

export interface ReviewApp {
  environmentId: number
  app: string
}

/** So many environments of hello-app whose apps run on the review host, as soon as Berth knows of them. */
export async function runningReviewApps(berth: Instance, count: number): Promise<ReviewApp[]> {
  for (;;) {
    const rows = await berth.sql<ReviewApp>(
      `SELECT "environmentId"::int AS "environmentId", "appName" AS app FROM "BoardRow"
       WHERE "projectId" = 42 AND "appHost" = 'review' AND value #>> '{app,processes,0,status}' = 'running'
       ORDER BY "environmentId" LIMIT $1`,
      [count],
    )
    if (rows.length === count) return rows
    await sleep(500)
  }
}
