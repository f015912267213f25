import { startInstance } from '../e2e/instance.ts'
import { control } from '../e2e/world.ts'
import { openBrowser, signedInPage } from './browser.ts'
import { type Measured, milliseconds, quantile } from './table.ts'

const changes = 20

/** From a push at GitLab to its commit in an open project page. */
export async function measurePixel(): Promise<Measured[]> {
  const berth = await startInstance({ jobMs: 60_000 })
  const browser = await openBrowser()
  try {
    const page = await signedInPage(browser, berth)
    await page
      .getByRole('link', { name: /hello-app/ })
      .first()
      .click()
    await page.waitForURL(/projects\/\d+/)
    await page.waitForTimeout(3000)
    const took: number[] = []
    for (let change = 0; change < changes; change += 1) {
      const title = `Measure change ${change} of ${changes}`
      // Pushes come at any moment of the worker's interval.
      await page.waitForTimeout(500 + Math.random() * 1000)
      const startedAt = performance.now()
      await control(berth, 'gitlab', 'POST /push', {
        project: 'hello/hello-app',
        branch: 'measure',
        message: title,
        files: { measure: String(change) },
      })
      await page.getByText(title).first().waitFor({ timeout: 30_000 })
      took.push(performance.now() - startedAt)
    }
    return [
      {
        what: 'change at GitLab to pixel',
        value: `p50 ${milliseconds(quantile(took, 0.5))}, p95 ${milliseconds(quantile(took, 0.95))}`,
        beside: `${changes} pushes, aim: 2,000 ms`,
      },
    ]
  } finally {
    await browser.close()
    await berth.stop()
  }
}
