import { databaseUrlOf } from '../lib/context.ts'
import { migrate } from '../lib/db/migrations.ts'
import { root } from './child.ts'
import { readSettings } from './settings.ts'

/** Brings the database to this version's schema before its processes start; `npm run up` does so by itself. */
try {
  const applied = await migrate(databaseUrlOf(readSettings()), root)
  console.log(applied.length > 0 ? `Migrated: ${applied.join(', ')}` : 'The database is at this version already.')
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
