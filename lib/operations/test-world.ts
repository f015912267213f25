import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { clearAudit, type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { type FakeWorld, fakeWorld, seedBoard } from './fake-world.ts'

/** What the tests of a file work with, once it has called `givenFreshWorlds`. */
export let database: FreshDatabase
export let fake: FakeWorld

/** Gives a file a database of its own, and each of its tests the seeded board and a world that nothing has happened to. */
export function givenFreshWorlds(): void {
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    await seedBoard(database.db)
    anotherWorld()
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await database.db.$executeRaw`
      TRUNCATE "Project", "BoardRow", "BoardSummary", "Environment", "DokkuHost", "DokkuApp", "DokkuService", "Finding",
        "NamingClaim", "Approval", "DeployLock", "FreezePeriod", "ProjectSettings", "WiringReport", "DeployKey", "Comparison", "Operation", "SweepItem", "Channel", "OutboxMessage", "Webhook", "WebhookDelivery" CASCADE`
    await clearAudit(database.db)
  })
}

/** For a test that begins several times. */
export function anotherWorld(): void {
  fake = fakeWorld(database.db)
}
