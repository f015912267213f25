import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

/**
 * Lends out Prisma's own migration engine, as the WebAssembly build that comes with the npm package: the native one would
 * be downloaded from a host that many self-hosted machines cannot reach. It writes the ordinary `_prisma_migrations` table.
 */
export async function withSchemaEngine<Result>(
  { url, schema }: { url: string; schema: string },
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const { SchemaEngine } = await instantiated()
  const pool = new CatalogPool({ connectionString: url, max: 2 })
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(pool))
    const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, factory)
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await pool.end()
  }
}

/** PostgreSQL's numbers for the internal type "char" and for an array of it. */
const [internalChar, internalCharArray] = [18, 1002]

/**
 * The engine reads PostgreSQL's catalog, which has columns of the internal type "char". Prisma's adapter knows no such
 * column, only arrays of it: so the pool tells it an array, and what the adapter says of the array is told the engine as
 * the single character that it is. No catalog question of the engine asks for a real one.
 */
class CatalogPool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares a dozen overloads; the adapter's calls all return a promise.
  override async query(...args: any[]): Promise<any> {
    const result = await super.query(...(args as [string]))
    for (const field of result.fields ?? []) if (field.dataTypeID === internalChar) field.dataTypeID = internalCharArray
    return result
  }
}

class CatalogAdapter extends PrismaPg {
  override async connect() {
    const adapter = await super.connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => {
      const { columnTypes, ...result } = await queryRaw(query)
      const { Character, CharacterArray } = ColumnTypeEnum
      return { ...result, columnTypes: columnTypes.map((type) => (type === CharacterArray ? Character : type)) }
    }
    // The adapter cuts a script at every semicolon, in strings and function bodies too. As one message PostgreSQL parses it
    // itself and makes one transaction of it, so that a migration that fails leaves nothing behind.
    adapter.executeScript = async (script) => {
      await adapter.executeRaw({ sql: script, args: [], argTypes: [] })
    }
    return adapter
  }
}

let engine: Promise<typeof import('@prisma/schema-engine-wasm')> | undefined

function instantiated() {
  engine ??= load()
  return engine
}

/** The package expects a bundler to wire the module to its JavaScript half; Node does it by hand. */
async function load(): Promise<typeof import('@prisma/schema-engine-wasm')> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const { instance } = await WebAssembly.instantiate(await readFile(file.replace(/\.js$/, '.wasm')), {
    './schema_engine_bg.js': withLooseTimers(glue),
  })
  glue.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start as () => void
  start()
  return glue
}

/** The engine leaves a timer of ten seconds behind, which must not keep a finished command from ending. */
function withLooseTimers(glue: object): WebAssembly.ModuleImports {
  const loose = (work: () => void, delayMs: number) => setTimeout(work, delayMs).unref()
  return Object.fromEntries(
    Object.entries(glue).map(([name, value]) => [name, name.startsWith('__wbg_setTimeout') ? loose : value]),
  )
}
