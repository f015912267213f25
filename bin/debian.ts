import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether packages of the system can be installed from here: on Debian and its kin, as root. */
export const installsFromDebian = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

let isUpdated = false

/** Installs packages of the system without what they only recommend; answers whether that worked. */
export function installFromDebian(packages: readonly string[]): boolean {
  isUpdated ||= aptGet(['update'])
  return isUpdated && aptGet(['install', '-y', '--no-install-recommends', ...packages])
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env }).status === 0
}
