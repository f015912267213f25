import { gzipSync } from 'node:zlib'
import { startInstance } from '../e2e/instance.ts'
import { openBrowser, signedInPage } from './browser.ts'
import { kilobytes, type Measured } from './table.ts'

/** What a browser fetches for a project's page on the first visit. */
export async function measureWeight(): Promise<Measured[]> {
  const berth = await startInstance()
  const browser = await openBrowser()
  try {
    const page = await signedInPage(browser, berth)
    await page
      .getByRole('link', { name: /hello-app/ })
      .first()
      .waitFor()
    const address = await page
      .getByRole('link', { name: /hello-app/ })
      .first()
      .getAttribute('href')
    const bodies = new Map<string, Buffer>()
    const arriving: Promise<unknown>[] = []
    page.on('response', (response) => {
      const type = response.headers()['content-type'] ?? ''
      const kind = type.includes('javascript')
        ? 'js'
        : type.includes('css')
          ? 'css'
          : type.includes('text/html')
            ? 'html'
            : null
      if (kind)
        arriving.push(
          response.body().then(
            (body) => bodies.set(`${kind} ${response.url()}`, body),
            () => {},
          ),
        )
    })
    await page.goto(new URL(address ?? '/', berth.url).href)
    await page.waitForLoadState('load')
    await page.waitForTimeout(1000)
    await Promise.all(arriving)
    const total = (kind: string): { plain: number; gzip: number } =>
      [...bodies].reduce(
        (sum, [key, body]) =>
          key.startsWith(kind) ? { plain: sum.plain + body.length, gzip: sum.gzip + gzipSync(body).length } : sum,
        { plain: 0, gzip: 0 },
      )
    const row = (what: string, kind: string, beside: string): Measured => {
      const { plain, gzip } = total(kind)
      return { what, value: `${kilobytes(gzip)} gzip`, beside: `${kilobytes(plain)} plain${beside}` }
    }
    return [
      row('project page: HTML', 'html', ''),
      row('project page: JavaScript, first load', 'js', '; aim: 180 kB gzip'),
      row('project page: CSS', 'css', ''),
    ]
  } finally {
    await browser.close()
    await berth.stop()
  }
}
