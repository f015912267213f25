import { createHash, randomBytes } from 'node:crypto'
import { connect } from '../lib/db/client.ts'
import { migrate } from '../lib/db/migrations.ts'
import { root } from './child.ts'
import { openDatabase } from './database.ts'
import { readSettings } from './settings.ts'

/**
 * `npm run token NAME -- --read`: makes a bearer token for the API and shows it this once; the database keeps only its hash. With
 * `--read` it may look, without also act.
 */
const given = process.argv.slice(2).map((word) => word.trim())
const unknown = given.filter((word) => word.startsWith('-') && word !== '--read')
const [name] = given.filter((word) => word !== '' && !word.startsWith('-'))
if (!name || unknown.length > 0) {
  console.error(
    'Say whom the token is for, for example: npm run token deploy-bot, or: npm run token dashboard -- --read',
  )
  process.exit(2)
}
// Without the two dashes npm keeps the flag for itself, and the token would be able to more than was meant.
const scope = given.includes('--read') || process.env.npm_config_read === 'true' ? 'read' : 'act'

const database = await openDatabase(readSettings())
try {
  await migrate(database.url, root)
  const db = connect(database.url, { poolSize: 1 })
  const token = `berth_${randomBytes(32).toString('base64url')}`
  const tokenHash = createHash('sha256').update(token).digest('hex')
  try {
    const { count } = await db.apiToken.createMany({ data: [{ tokenHash, name, scope }], skipDuplicates: true })
    if (count === 0) {
      console.error(`There is a token named "${name}" already; choose another name.`)
      process.exitCode = 1
    } else {
      console.log(token)
    }
  } finally {
    await db.$disconnect()
  }
} finally {
  await database.stop()
}
