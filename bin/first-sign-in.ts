import { connect } from '../lib/db/client.ts'
import type { Env } from '../lib/env.ts'
import { needsPassword, setupCode } from '../lib/operations/operator-password.ts'

/** Prints the code of the first sign-in while nobody has chosen the operator's password. */
export async function sayHowToSignIn(env: Env, databaseUrl: string): Promise<void> {
  const db = connect(databaseUrl, { poolSize: 1 })
  try {
    if (!(await needsPassword({ db }, env.BERTH_OPERATOR_PASSWORD))) return
    console.log(`Setup code, to choose the operator's password in the browser: ${await setupCode(env.BERTH_DATA_DIR)}`)
  } finally {
    await db.$disconnect()
  }
}
