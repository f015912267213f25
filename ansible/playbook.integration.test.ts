import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isThere } from '../bin/system-tools.ts'
import { createFakeHost, type FakeHost } from './fake-host.ts'

const here = import.meta.dirname

const absent = ['ansible-playbook', 'ansible-lint', 'yamllint', 'ssh-keygen'].filter((command) => !isThere(command))
if (absent.length > 0) console.log(`The playbook is not tried here: there is no ${absent.join(', no ')}.`)

const keys = {
  berth: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPMNgnXA3/yXjHJQfA/aI6NMJZAIZo/6L4Rbh0Iue/l7 berth',
  ci: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHUHe+muoyAX7ljy9jtxsJlBkvUK9Yk5pLVAfr+ESLM ci',
  newer: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBPUoA5l1EZtlh1IFqqtNJCr02Hs+8+Bys1A5Yu99Vkf berth, again',
}

function run(command: string, args: string[], env: Record<string, string> = {}) {
  const options = {
    cwd: here,
    env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_PIPELINING: '1', ANSIBLE_LOCALHOST_WARNING: '0', ...env },
  }
  return new Promise<{ status: number; output: string }>((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    )
  })
}

describe.skipIf(absent.length > 0)('the playbook', { timeout: 600_000 }, () => {
  test('is lint-clean', async () => {
    expect(await run('yamllint', ['--strict', '.'])).toEqual({ status: 0, output: '' })
    const { status, output } = await run('ansible-lint', ['--offline', '--nocolor', '-q', '--strict', 'playbook.yml'])
    expect({ status, output: output.trim() }).toEqual({ status: 0, output: '' })
  })

  test('is sound with the inventory that it shows', async () => {
    const inventory = ['-i', 'inventory.example.yml', 'playbook.yml']
    expect((await run('ansible-playbook', ['--syntax-check', ...inventory])).status).toBe(0)
    expect((await run('ansible-playbook', ['--list-hosts', ...inventory])).output).toContain('review.example.jp')
  })
})

/** Its facts come from this very machine, and it refuses others. */
const isDebian = existsSync('/etc/debian_version')

describe.skipIf(absent.length > 0 || !isDebian)('a Dokku host', { timeout: 600_000 }, () => {
  let host: FakeHost
  beforeEach(() => {
    host = createFakeHost()
  })
  afterEach(() => host.remove())

  /** Everything but the packages, which would be installed on this machine. */
  function provision(settings: object = {}) {
    const said = {
      dokku_domain: 'review.example.jp',
      dokku_keys: [
        { name: 'berth', key: keys.berth },
        { name: 'gitlab-ci', key: keys.ci },
      ],
      berth_url: 'https://berth.example.jp',
      ansible_become: false,
      ansible_python_interpreter: 'auto_silent',
      ...settings,
    }
    return run(
      'ansible-playbook',
      ['-i', host.inventory, '--skip-tags', 'packages', '-e', JSON.stringify(said), 'playbook.yml'],
      { PATH: host.path },
    )
  }

  test('gets plugins, domain, keys and firewall, and nothing changes the second time', async () => {
    const first = await provision()
    expect(first.output).toMatch(/failed=0/)
    expect(host.has('plugins')).toBe('postgres\nberth')
    expect(host.has('domain')).toBe('review.example.jp')
    expect(host.has('key-berth')).toBe(keys.berth)
    expect(host.has('key-gitlab-ci')).toBe(keys.ci)
    expect(host.has('rules')).toBe('22/tcp\n80/tcp\n443/tcp')
    // Whoever closes the door before opening their own port is locked out.
    const changes = host.changes()
    expect(changes.indexOf('ufw allow 22/tcp')).toBeLessThan(changes.indexOf('ufw --force enable'))

    const second = await provision()
    expect(second.output).toMatch(/changed=0 .*failed=0/)

    // A newer key takes the place of the old one of its name; what the playbook does not know is left alone.
    const third = await provision({ dokku_keys: [{ name: 'berth', key: keys.newer }], berth_url: '' })
    expect(third.output).toMatch(/changed=2 .*failed=0/)
    expect(host.has('key-berth')).toBe(keys.newer)
    expect(host.has('key-gitlab-ci')).toBe(keys.ci)
    expect(host.has('plugins')).toBe('postgres\nberth')
  })

  test('is not touched when something is not said', async () => {
    expect((await provision({ dokku_keys: [{ name: 'berth', key: 'PRIVATE' }] })).output).toContain('must be a domain')
    expect(host.changes()).toEqual([])
  })
})
