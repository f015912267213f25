import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../lib/db/embedded-postgres.ts'
import { nextMigration } from '../lib/db/migrations.ts'

/** `npm run db:migration NAME`: writes the migration from the last one to `prisma/schema.prisma`. */
const name = process.argv[2]
  ?.trim()
  .toLowerCase()
  .replaceAll(/[^a-z0-9]+/g, '_')
if (!name) {
  console.error('Say what changes, for example: npm run db:migration add_freeze_windows')
  process.exit(2)
}

const root = path.join(import.meta.dirname, '..')
const folder = await mkdtemp(path.join(tmpdir(), 'berth-migration-'))
const server = await startEmbeddedPostgres(folder, { settings: ['fsync=off'] })
try {
  const sql = await nextMigration(server.url, root)
  if (sql === null) {
    console.log('prisma/schema.prisma has nothing that the migrations do not have already.')
  } else {
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    const target = path.join(root, 'prisma', 'migrations', `${stamp}_${name}`)
    await mkdir(target, { recursive: true })
    await writeFile(path.join(target, 'migration.sql'), sql)
    console.log(`Wrote ${path.relative(process.cwd(), target)}/migration.sql. Read it before you commit it.`)
  }
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
