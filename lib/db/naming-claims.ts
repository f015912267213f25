import type { NamingClaim } from '#lib/domain/belonging.ts'
import type { Database } from './client.ts'

/** Every claimed naming rule, or those of one host or project; oldest first. */
export function namingClaims(db: Database, of: { host?: string; projectId?: number } = {}): Promise<NamingClaim[]> {
  return db.namingClaim.findMany({ where: of, orderBy: [{ claimedAt: 'asc' }, { id: 'asc' }] })
}

/** Keeps the claim; `null` when somebody has claimed this very pattern on this host already. */
export async function addNamingClaim(db: Database, claim: Omit<NamingClaim, 'id'>): Promise<NamingClaim | null> {
  const [added] = await db.namingClaim.createManyAndReturn({ data: [claim], skipDuplicates: true })
  return added ?? null
}

/** Forgets the claim and answers with it; `null` when there was none. */
export async function removeNamingClaim(db: Database, id: string): Promise<NamingClaim | null> {
  const claim = await db.namingClaim.findUnique({ where: { id } })
  if (!claim) return null
  const { count } = await db.namingClaim.deleteMany({ where: { id } })
  return count > 0 ? claim : null
}
