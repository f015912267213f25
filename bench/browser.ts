import { type Browser, chromium, type Page } from '@playwright/test'
import { ensureChromium } from '../bin/chromium.ts'
import { password } from '../e2e/instance.ts'

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox', '--disable-gpu'] })
}

/** A page on the fleet, signed in as the operator. */
export async function signedInPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await page.goto(url)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${url}/`)
  return page
}
