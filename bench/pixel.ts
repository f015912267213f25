import { type Instance, startInstance } from '../e2e/instance.ts'
import { control, gitlab, projects } from '../e2e/world.ts'
import { openBrowser, signedInPage } from './browser.ts'
import { type Measured, milliseconds, percentiles, quantile } from './table.ts'

const changes = 20

/** From a push at GitLab to its commit in an open project page. */
export async function measurePixel(): Promise<Measured[]> {
  const berth = await startInstance({ jobMs: 60_000 })
  try {
    return [await changeToPixel(berth, 'change at GitLab to pixel')]
  } finally {
    await berth.stop()
  }
}

/** The same where GitLab tells Berth, which would look by itself an hour later; and how long GitLab waits to be answered. */
export async function measureWebhook(): Promise<Measured[]> {
  const hour = '3600'
  const berth = await startInstance({
    jobMs: 60_000,
    env: { BERTH_SYNC_IDLE_SECONDS: hour, BERTH_SYNC_WATCHED_SECONDS: hour },
  })
  try {
    await installWebhook(berth)
    return [await changeToPixel(berth, 'change at GitLab to pixel, told by its webhook'), await answersToWebhook(berth)]
  } finally {
    await berth.stop()
  }
}

async function changeToPixel(berth: Instance, what: string): Promise<Measured> {
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
    return { what, value: percentiles(took), beside: `${changes} pushes, aim: 2,000 ms` }
  } finally {
    await browser.close()
  }
}

async function installWebhook(berth: Instance): Promise<void> {
  const response = await fetch(`${berth.url}/api/v1/projects/${projects.helloApp}/webhook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${berth.token('bench')}` },
  })
  if (!response.ok) throw new Error(`The webhook was not set up: ${response.status} ${await response.text()}`)
}

/** As they came, and then all of them many times over as new deliveries, twenty at once. */
async function answersToWebhook(berth: Instance): Promise<Measured> {
  const hooks = `/projects/${projects.helloApp}/hooks`
  const [hook] = await gitlab<{ id: number }[]>(berth, hooks)
  const lately = async () => {
    const address = `${hooks}/${hook?.id}/events?per_page=100`
    const calls = await gitlab<{ execution_duration: number }[]>(berth, address)
    return calls.map(({ execution_duration: seconds }) => seconds * 1000)
  }
  const asTheyCame = await lately()
  const times = Math.ceil(1000 / asTheyCame.length)
  const given = { project: 'hello/hello-app', times, withNewKeys: true }
  const answers = await control<Record<string, number>>(berth, 'gitlab', 'POST /hooks/replay', given)
  const together = await lately()
  return {
    what: `webhook answered, ${answers[202] ?? 0} deliveries, 20 at once`,
    value: percentiles(together),
    beside: `as they came: p50 ${milliseconds(quantile(asTheyCame, 0.5))}; GitLab gives up after 10,000 ms`,
  }
}
