import type { World } from '#lib/context.ts'
import { openFindings, writeFindingChanges } from '#lib/db/findings.ts'
import { herokuRecord, herokuSource } from '#lib/db/heroku.ts'
import { publish } from '#lib/db/notifications.ts'
import { findingKey } from '#lib/domain/finding.ts'
import { findingChanges, isNothing } from '#lib/domain/finding-changes.ts'
import { herokuFindings } from '#lib/domain/heroku-findings.ts'

/** Decides what is the matter with Heroku itself; to be called after every look at it, also after one that failed. */
export async function decideHeroku({ db }: World, asOf: Date): Promise<void> {
  const [record, open] = await Promise.all([herokuRecord(db), openFindings(db, 'heroku')])
  const known = new Map(open.map((finding) => [findingKey(finding), finding]))
  const changes = findingChanges(open, herokuFindings(record?.source ?? null, known, asOf), () => false)
  if (isNothing(changes)) return
  await writeFindingChanges(db, changes, () => ({ projectId: null, host: null }), asOf)
  await publish(db, ['findings', 'fleet', herokuSource])
}
