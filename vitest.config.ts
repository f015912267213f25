import { defineConfig } from 'vitest/config'

const notOurs = ['node_modules/**', '.next/**', '.data/**', 'e2e/specs/**']

/** The stand-ins are servers with real SSH and git: their tests take their time with the others that do. */
const standIns = 'e2e/stand-ins/**/*.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...notOurs, '**/*.integration.test.ts', standIns],
          // What is tested here keeps nothing between tests, so files may share a thread: half the time.
          pool: 'threads',
          isolate: false,
          // What hangs is ended; a crowded machine is only slow.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts', standIns],
          exclude: notOurs,
          globalSetup: ['lib/db/test-server.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
