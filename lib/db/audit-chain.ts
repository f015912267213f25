import type { Database, Transaction } from './client.ts'

export interface AuditChain {
  entries: number
  /** The newest entry's hash, which stands for all before it; empty when there is none. */
  headHash: string
  /** What was done to the first entry that was changed, removed, inserted or moved; `null` while the chain is unbroken. */
  broken: string | null
}

/** The first entry that is not as it was written, or does not follow the one before it. */
interface Misfit {
  id: bigint
  previousHash: string
  isAsWritten: boolean
  /** The number of the entry before; 0 when there is none. */
  beforeId: bigint
  /** The entry after it follows the one before it; or it stands behind the end. */
  isLeftOut: boolean
}

/** Reads every entry once, all as of one moment, and compares the end with the head. The work is PostgreSQL's. */
export async function readAuditChain(db: Database): Promise<AuditChain> {
  return db.$transaction(
    async (tx) => {
      const entries = await tx.auditEntry.count()
      const last = await tx.auditEntry.findFirst({ orderBy: { id: 'desc' }, select: { id: true, hash: true } })
      const misfit = await firstMisfit(tx)
      const broken = misfit ? await wordsOf(tx, misfit) : await wordsOfEnd(tx, last ?? { id: 0n, hash: '' })
      return { entries, headHash: last?.hash ?? '', broken }
    },
    { isolationLevel: 'RepeatableRead', timeout: 10 * 60_000 },
  )
}

/** Whether an entry of this hash is there: a hash that was noted elsewhere proves, in an unbroken chain, all that came before. */
export async function hasAuditHash(db: Database, hash: string): Promise<boolean> {
  return (await db.auditEntry.count({ where: { hash } })) > 0
}

async function firstMisfit(tx: Transaction): Promise<Misfit | undefined> {
  const [misfit] = await tx.$queryRaw<Misfit[]>`
    WITH link AS (
      SELECT "id", "previousHash", audit_entry_hash(entry) = "hash" AS "isAsWritten",
        lag("id", 1, 0::bigint) OVER chain AS "beforeId",
        lag("hash", 1, '') OVER chain AS before,
        lead("previousHash") OVER chain AS after
      FROM "AuditEntry" entry WINDOW chain AS (ORDER BY "id")
    )
    SELECT "id", "previousHash", "isAsWritten", "beforeId",
      coalesce(after = before, "id" > (SELECT "entryId" FROM "AuditHead"), false) AS "isLeftOut"
    FROM link WHERE NOT "isAsWritten" OR "previousHash" <> before ORDER BY "id" LIMIT 1`
  return misfit
}

async function wordsOf(
  tx: Transaction,
  { id, previousHash, isAsWritten, beforeId, isLeftOut }: Misfit,
): Promise<string> {
  if (!isAsWritten) return `Entry ${id} was ${isLeftOut ? 'inserted' : 'changed'}.`
  const followed = await idOf(tx, previousHash)
  if (followed !== null && followed > id) return `Entry ${id} was moved: what it followed stands after it now.`
  if (isLeftOut) return `Entry ${id} was inserted.`
  if (followed !== null) return `Entry ${await firstAfter(tx, followed)} was inserted.`
  if (id - beforeId > 1n) return removed(beforeId + 1n, id - 1n)
  // Its own hash fits, but the next entry knew another one: whoever changed it hashed it anew.
  return `Entry ${beforeId === 0n ? id : beforeId} was changed.`
}

/** The links fit; but the last ones may be gone, or stand behind the end. */
async function wordsOfEnd(tx: Transaction, last: { id: bigint; hash: string }): Promise<string | null> {
  const head = await tx.auditHead.findUnique({ where: { id: 1 } })
  if (!head) return 'The head of the chain was removed.'
  if (head.hash === last.hash) return null
  const end = await idOf(tx, head.hash)
  if (end !== null) return `Entry ${await firstAfter(tx, end)} was inserted.`
  return head.entryId > last.id ? removed(last.id + 1n, head.entryId) : `Entry ${last.id} was changed.`
}

/** Smaller than any number of an entry. */
const beginning = -(2n ** 63n)

/** Where the entry of this hash stands; `null` when it is gone. */
async function idOf(tx: Transaction, hash: string): Promise<bigint | null> {
  if (hash === '') return beginning
  const entry = await tx.auditEntry.findFirst({ where: { hash }, orderBy: { id: 'asc' }, select: { id: true } })
  return entry?.id ?? null
}

async function firstAfter(tx: Transaction, id: bigint): Promise<bigint | undefined> {
  const where = { id: { gt: id } }
  return (await tx.auditEntry.findFirst({ where, orderBy: { id: 'asc' }, select: { id: true } }))?.id
}

const removed = (first: bigint, last: bigint): string =>
  first === last ? `Entry ${first} was removed.` : `Entries ${first} to ${last} were removed.`
