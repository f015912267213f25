import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.ts'

export type Database = PrismaClient

/** Inside `db.$transaction(async (tx) => …)`: what both it and `Database` can do. */
export type Transaction = Parameters<Parameters<Database['$transaction']>[0]>[0]

/**
 * Opens a pool on a PostgreSQL server; connections are made when first needed. `poolSize` is an upper bound per process.
 * Close it with `$disconnect()`.
 */
export function connect(url: string, { poolSize = 10 }: { poolSize?: number } = {}): Database {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: poolSize, connectionTimeoutMillis: 10_000 }),
  })
}
