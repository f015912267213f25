import { hasAuditHash, readAuditChain } from '../lib/db/audit-chain.ts'
import { brokenAuditGuards } from '../lib/db/audit-guards.ts'
import { connect } from '../lib/db/client.ts'
import { migrate } from '../lib/db/migrations.ts'
import { root } from './child.ts'
import { openDatabase } from './database.ts'
import { readSettings } from './settings.ts'

/**
 * `npm run audit:verify [HASH]`: whether the audit is as it was written; exit code 1 when it is not. With a hash that an
 * earlier run printed it also says whether that moment is still in the chain: nobody can rewrite what is noted elsewhere.
 */
const noted = process.argv[2]?.trim().toLowerCase()
const database = await openDatabase(readSettings())
try {
  await migrate(database.url, root)
  const db = connect(database.url, { poolSize: 2 })
  try {
    const complaints = await brokenAuditGuards(db, root)
    const { entries, headHash, broken } = await readAuditChain(db)
    if (broken) complaints.unshift(broken)
    if (noted && !(await hasAuditHash(db, noted))) complaints.push(`No entry has the hash ${noted.slice(0, 64)}.`)
    const counted = `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`
    console.log(`${counted}, chain ${broken ? 'broken' : 'unbroken'}${headHash && `, head ${headHash}`}`)
    for (const complaint of complaints) console.error(complaint)
    if (complaints.length > 0) process.exitCode = 1
  } finally {
    await db.$disconnect()
  }
} finally {
  await database.stop()
}
