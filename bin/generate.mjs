import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Generates Prisma's client when it is missing or older than the schema. */
export function ensureClient(root) {
  const schema = path.join(root, 'prisma', 'schema.prisma')
  const client = path.join(root, 'lib', 'db', 'generated', 'client.ts')
  if (existsSync(client) && statSync(client).mtimeMs > statSync(schema).mtimeMs) return
  const prisma = path.join(root, 'node_modules', 'prisma', 'build', 'index.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
    cwd: root,
    encoding: 'utf8',
    // The client needs no native engine, but the command insists on one: any program that exists will do.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  })
  if (status === 0) return
  console.error(`${stdout}${stderr}\nPrisma's client could not be generated from prisma/schema.prisma.`)
  process.exit(1)
}

/** Called by npm after an installation, and by hand after an edit of the schema. */
if (process.argv[1] === fileURLToPath(import.meta.url)) ensureClient(path.join(path.dirname(process.argv[1]), '..'))
