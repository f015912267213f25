import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { installFromDebian, installsFromDebian } from './debian.ts'

/** What some tests call, with the package that brings it and the tests that go without it. */
const tools: readonly { command: string; package: string; tests: string }[] = [
  { command: 'ssh', package: 'openssh-client', tests: 'pushes with OpenSSH, and generated pipelines' },
  { command: 'rsync', package: 'rsync', tests: 'generated pipelines' },
  { command: 'shellcheck', package: 'shellcheck', tests: 'how the plugin berth is written' },
  { command: 'ansible-playbook', package: 'ansible-core', tests: 'the playbook' },
  { command: 'ansible-lint', package: 'ansible-lint', tests: 'the playbook' },
  { command: 'yamllint', package: 'yamllint', tests: 'the playbook' },
]

/** Installs what tests want of the system where that can be done, a few megabytes; says which tests are skipped where it cannot. */
export function ensureSystemTools(): void {
  const missing = tools.filter(({ command }) => !isThere(command))
  if (missing.length === 0) return
  if (installsFromDebian()) {
    console.log(`Installing ${missing.map((tool) => tool.package).join(', ')} for the tests …`)
    installFromDebian(missing.map((tool) => tool.package))
  }
  for (const { command, tests } of missing.filter((tool) => !isThere(tool.command)))
    console.log(`There is no ${command} on this machine: tests of ${tests} are skipped.`)
}

/** Whether a command is on the PATH. */
export function isThere(command: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
