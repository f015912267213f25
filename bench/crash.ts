import { startInstance } from '../e2e/instance.ts'
import { control } from '../e2e/world.ts'
import { openBrowser, signedInPage } from './browser.ts'
import { runningReviewApps } from './review-apps.ts'
import { type Measured, percentiles } from './table.ts'

const crashes = 8

/** From the end of an app's process to the word on its environment's page, which somebody has open. */
export async function measureCrash(): Promise<Measured[]> {
  return [
    await crashToPixel('with the plugin berth', { plugin: ['review'] }),
    await crashToPixel('without the plugin', { plugin: [] }),
  ]
}

async function crashToPixel(what: string, options: Parameters<typeof startInstance>[0]): Promise<Measured> {
  const berth = await startInstance(options)
  const browser = await openBrowser()
  try {
    const page = await signedInPage(browser, berth)
    const took: number[] = []
    for (const { environmentId, app } of await runningReviewApps(berth, crashes)) {
      await page.goto(`${berth.url}/projects/42/environments/${environmentId}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      // Crashes come at any moment of the worker's interval.
      await page.waitForTimeout(4000 + Math.random() * 3000)
      const startedAt = performance.now()
      await control(berth, 'review', 'POST /crash', { app, status: 'restarting' })
      await page.getByText('restarting').first().waitFor({ timeout: 60_000 })
      took.push(performance.now() - startedAt)
    }
    return {
      what: `crash to pixel ${what}`,
      value: percentiles(took),
      beside: `${took.length} crashes${options?.plugin?.length ? ', aim: 1,000 ms' : ''}`,
    }
  } finally {
    await browser.close()
    await berth.stop()
  }
}
