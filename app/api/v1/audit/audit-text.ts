import type { StoredAuditEntry } from '#lib/queries/activity.ts'

type Batches = AsyncIterable<readonly StoredAuditEntry[]>

const columns = {
  id: ({ id }) => id,
  at: ({ at }) => at.toISOString(),
  actor: ({ actor }) => actor.name,
  via: ({ actor }) => actor.via,
  action: ({ action }) => action,
  project: ({ projectId }) => projectId,
  target: ({ target }) => target,
  outcome: ({ outcome }) => outcome,
  words: ({ words }) => words,
  details: ({ details }) => JSON.stringify(details),
  operation: ({ operationId }) => operationId,
  previousHash: ({ previousHash }) => previousHash,
  hash: ({ hash }) => hash,
} satisfies Record<string, (entry: StoredAuditEntry) => string | number | null>

/** RFC 4180, a line an entry under a line of names. */
export async function* auditCsv(batches: Batches): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns))
  for await (const batch of batches) {
    yield batch.map((entry) => csvLine(Object.values(columns).map((cellOf) => cellOf(entry)))).join('')
  }
}

/** One JSON array, an entry a line. */
export async function* auditJson(batches: Batches): AsyncGenerator<string> {
  let before = '[\n'
  for await (const batch of batches) {
    yield before + batch.map((entry) => JSON.stringify(entry)).join(',\n')
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** A spreadsheet takes a text that begins so for a formula, and runs it; with an apostrophe before it, it is text. */
const formula = /^[=+\-@\t\r]/

function csvCell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  const text = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
