import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { installFromDebian, installsFromDebian } from './debian.ts'

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * The browser for the end-to-end tests: the one that BERTH_CHROMIUM names, one that is installed, or Playwright's own.
 * Installed when there is none: Debian's package where we are root, else Playwright's download.
 */
export async function ensureChromium(): Promise<string> {
  const named = process.env.BERTH_CHROMIUM
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`BERTH_CHROMIUM names ${named}, which is not there.`)
  }
  const found = installed()
  if (found) return found
  console.log('Installing Chromium for the end-to-end tests …')
  const done =
    (installsFromDebian() && installFromDebian(['chromium', 'fonts-noto-cjk'])) ||
    succeeds('playwright', ['install', 'chromium'])
  const chosen = installed()
  if (done && chosen) return chosen
  throw new Error('No Chromium could be installed. Install one and name it in BERTH_CHROMIUM.')
}

const installed = () => [...usual, chromium.executablePath()].find((file) => existsSync(file)) ?? null

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0
}
