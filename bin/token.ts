import { createHash, randomBytes } from 'node:crypto'
import { connect } from '../lib/db/client.ts'
import { migrate } from '../lib/db/migrations.ts'
import { root } from './child.ts'
import { openDatabase } from './database.ts'
import { readSettings } from './settings.ts'

/** `npm run token NAME`: makes a bearer token for the API and shows it this once; the database keeps only its hash. */
const name = process.argv[2]?.trim()
if (!name) {
  console.error('Say whom the token is for, for example: npm run token deploy-bot')
  process.exit(2)
}

const database = await openDatabase(readSettings())
try {
  await migrate(database.url, root)
  const db = connect(database.url, { poolSize: 1 })
  const token = `berth_${randomBytes(32).toString('base64url')}`
  const tokenHash = createHash('sha256').update(token).digest('hex')
  try {
    const { count } = await db.apiToken.createMany({ data: [{ tokenHash, name }], skipDuplicates: true })
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
