import type { Database, Transaction } from './client.ts'

/** A table of observations, written in bulk. Column types are PostgreSQL's. */
export interface ObservationTable<Row> {
  name: string
  key: readonly (keyof Row & string)[]
  columns: { readonly [Column in keyof Row & string]: string }
  /** Columns that follow from the others, so that a difference in them alone is no change. */
  notCompared: readonly (keyof Row & string)[]
  /** Columns that an existing row sets by an SQL expression over `kept` (the row) and `EXCLUDED` (what is written). */
  expressions?: { readonly [Column in keyof Row & string]?: string }
}

/** Rows of one statement: some megabytes of JSON at most. */
const rowsPerStatement = 2_000

/**
 * Inserts what is new and updates what differs, in one statement for every 2,000 rows; a row that says the same as before
 * is not touched, so that an unchanged project costs PostgreSQL no writing. Hence a row's `observedAt` is when its present
 * content was first seen; that it still holds is told by `Source.observedAt`. Returns the rows that were new or different.
 * Of rows with the same key the last one counts.
 */
export async function writeRows<Row extends object>(
  db: Database | Transaction,
  table: ObservationTable<Row>,
  rows: readonly Row[],
): Promise<Row[]> {
  const byKey = new Map(rows.map((row) => [keyOf(table, row), row]))
  const given = [...byKey.values()]
  const changed: Row[] = []
  for (let start = 0; start < given.length; start += rowsPerStatement) {
    const batch = given.slice(start, start + rowsPerStatement)
    const written = await db.$queryRawUnsafe<Row[]>(upsertStatement(table), recordset(batch))
    for (const key of written) changed.push(byKey.get(keyOf(table, key)) as Row)
  }
  return changed
}

const keyOf = <Row extends object>(table: ObservationTable<Row>, row: Row) =>
  table.key.map((column) => String(row[column])).join('\n')

export function upsertStatement<Row>(table: ObservationTable<Row>): string {
  const columns = Object.keys(table.columns) as (keyof Row & string)[]
  const updated = columns.filter((column) => !table.key.includes(column))
  const compared = updated.filter((column) => !table.notCompared.includes(column))
  const list = (names: readonly string[], prefix = '') => names.map((name) => `${prefix}"${name}"`).join(', ')
  return `
    INSERT INTO "${table.name}" AS kept (${list(columns)})
    SELECT ${list(columns)} FROM jsonb_to_recordset($1::jsonb)
      AS given(${columns.map((column) => `"${column}" ${table.columns[column]}`).join(', ')})
    ON CONFLICT (${list(table.key)}) DO UPDATE SET
      ${updated.map((column) => `"${column}" = ${table.expressions?.[column] ?? `EXCLUDED."${column}"`}`).join(', ')}
    WHERE (${list(compared, 'kept.')}) IS DISTINCT FROM (${list(compared, 'EXCLUDED.')})
    RETURNING ${list(table.key)}`
}

/** JSON for `jsonb_to_recordset`: without the two things that JSON can carry and jsonb cannot, NUL and lone surrogates. */
export const recordset = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value) => (typeof value === 'string' ? storable(value) : value))

/** The text as PostgreSQL can hold it. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()
