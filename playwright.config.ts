import { defineConfig } from '@playwright/test'

const longest = ['up', 'on-dokku', 'screens', 'search'].map((name) => `**/${name}.spec.ts`)

/**
 * One spec per user story, each with a Berth and stand-ins of its own, so that a story may kill its Berth. Two at a time: most of
 * a story is waiting for jobs, and two cores carry two.
 */
export default defineConfig({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A story on a crowded machine may run out of time; what fails three times is broken. A later try is reported as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // The longest begin, so that no single one is left at the end.
  projects: [
    { name: 'long', testMatch: longest },
    { name: 'stories', testIgnore: longest },
  ],
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    // Spinners that turn keep a processor busy that the stories need.
    contextOptions: { reducedMotion: 'reduce' },
    // To record every step is dear, so CI does it only when it tries again.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.BERTH_CHROMIUM ? { executablePath: process.env.BERTH_CHROMIUM } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
