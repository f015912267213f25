import { type Browser, chromium, type Page } from '@playwright/test'
import { ensureChromium } from '../bin/chromium.ts'
import type { Instance } from '../e2e/instance.ts'
import { signIn } from '../e2e/steps.ts'

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox', '--disable-gpu'] })
}

/** A page on the fleet, signed in as the operator. */
export async function signedInPage(browser: Browser, instance: Instance): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await signIn(page, instance)
  return page
}
