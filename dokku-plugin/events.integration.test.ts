import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appContainer, containerId, createFakeHost, type FakeHost, type Follower } from './fake-host.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'

let host: FakeHost
let child: Follower
let lines: AsyncIterator<string>
let seconds: number

beforeEach(() => {
  host = createFakeHost()
  seconds = Math.floor(Date.now() / 1000) + 1000
  host.write('home/shop/HEAD', 'ref: refs/heads/master\n')
  host.write('home/shop/refs/heads/master', `${sha}\n`)
  host.write('lib/config/ps/shop/scale', 'web=1\n')
  live('shop.web.1')
})

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  host.close()
})

/** Makes the container of this name the current one of `web.1`. */
const live = (name: string) => host.write('home/shop/CONTAINER.web.1', `${containerId(name)}\n`)

async function follow() {
  child = host.follow()
  lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  expect(await next()).toEqual({ kind: 'ready', at: expect.stringMatching(/Z$/) })
}

const next = async () => JSON.parse((await lines.next()).value)

/** Docker tells of a container of `web.1`, a second after what it told before. */
function docker(action: string, name: string, attributes: Record<string, string> = {}, app = 'shop'): void {
  host.tell({
    TimeNano: `${++seconds}123456789`,
    Action: action,
    Actor: {
      ID: containerId(attributes.oldName?.slice(1) ?? name),
      Attributes: { name, 'com.dokku.app-name': app, 'com.dokku.dyno': 'web.1', ...attributes },
    },
  })
}

const event = (kind: string, words: string, process: string | null = 'web.1') => ({
  at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.123)?Z$/),
  app: 'shop',
  kind,
  process,
  words,
})

describe('processes', () => {
  test('a crash loop, counted on from what Docker counted before', async () => {
    host.container(appContainer('shop', 'web.1', { restarts: 4 }))
    await follow()
    docker('die', 'shop.web.1', { exitCode: '1' })
    expect(await next()).toEqual(event('died', 'web.1 died with exit code 1.'))
    docker('start', 'shop.web.1')
    expect(await next()).toEqual(event('restarting', 'web.1 restarts after exit code 1 (restart 5).'))
    docker('oom', 'shop.web.1')
    docker('die', 'shop.web.1', { exitCode: '137' })
    expect(await next()).toEqual(event('died', 'web.1 died with exit code 137, out of memory.'))
    docker('start', 'shop.web.1')
    expect(await next()).toEqual(event('restarting', 'web.1 restarts after exit code 137 (restart 6).'))
  })

  test('one that was waiting for its restart when the stream began', async () => {
    host.container(appContainer('shop', 'web.1', { status: 'restarting', restarts: 2, exitCode: 3 }))
    await follow()
    docker('start', 'shop.web.1')
    expect(await next()).toEqual(event('restarting', 'web.1 restarts after exit code 3 (restart 3).'))
  })

  test('stopped and started by hand', async () => {
    await follow()
    docker('kill', 'shop.web.1', { signal: '15' })
    docker('die', 'shop.web.1', { exitCode: '143' })
    expect(await next()).toEqual(event('stopped', 'web.1 was stopped.'))
    docker('start', 'shop.web.1')
    expect(await next()).toEqual(event('started', 'web.1 started.'))
  })

  test('a reload is no wish to stop it', async () => {
    await follow()
    docker('kill', 'shop.web.1', { signal: '1' })
    docker('die', 'shop.web.1', { exitCode: '2' })
    expect(await next()).toEqual(event('died', 'web.1 died with exit code 2.'))
  })
})

describe('deploys', () => {
  test('the new container, the moment when it is live, and nothing of the one before', async () => {
    await follow()
    docker('start', 'shop.web.1.upcoming-17')
    expect(await next()).toEqual(event('started', 'A new container of web.1 started and is being checked.'))
    live('shop.web.1.upcoming-17')
    docker('rename', 'shop.web.1.1795465000', { oldName: '/shop.web.1' })
    docker('rename', 'shop.web.1', { oldName: '/shop.web.1.upcoming-17' })
    expect(await next()).toEqual(event('deployed', 'New containers went live at commit 01234567.', null))
    docker('kill', 'shop.web.1.1795465000', { signal: '15' })
    docker('die', 'shop.web.1.1795465000', { exitCode: '143' })
    host.tell({
      TimeNano: `${++seconds}123456789`,
      Action: 'die',
      Actor: {
        ID: containerId('shop.web.1.upcoming-17'),
        Attributes: { name: 'shop.web.1', exitCode: '7', 'com.dokku.app-name': 'shop', 'com.dokku.dyno': 'web.1' },
      },
    })
    expect(await next()).toEqual(event('died', 'web.1 died with exit code 7.'))
  })

  test('a new scale is told with its first container', async () => {
    await follow()
    host.write('lib/config/ps/shop/scale', 'web=2\nworker=0\n')
    docker('start', 'shop.web.1.upcoming-18')
    expect(await next()).toEqual(event('scaled', 'The app was scaled to web=2 worker=0.', null))
    expect(await next()).toEqual(event('started', 'A new container of web.1 started and is being checked.'))
  })

  test('of an image name no commit', async () => {
    host.write('lib/config/git/shop/source-image', 'nginx:1')
    await follow()
    live('shop.web.1.upcoming-17')
    docker('rename', 'shop.web.1', { oldName: '/shop.web.1.upcoming-17' })
    expect(await next()).toEqual(event('deployed', 'New containers went live.', null))
  })

  test('a new container that dies before it is live', async () => {
    await follow()
    docker('die', 'shop.web.1.upcoming-17', { exitCode: '1' })
    expect(await next()).toEqual(event('died', 'The new container of web.1 died with exit code 1 before it went live.'))
  })
})

test('apps and locks that come and go', async () => {
  await follow()
  host.write('lib/data/apps/shop/.deploy.lock', '')
  expect(await next()).toEqual(
    event('locked', 'The deploy lock was set: a deploy began, or somebody locked the app.', null),
  )
  host.remove('lib/data/apps/shop/.deploy.lock')
  expect(await next()).toEqual(event('unlocked', 'The deploy lock was released.', null))
  host.write('home/new.app/x', '')
  expect(await next()).toMatchObject({ app: 'new.app', kind: 'created', process: null })
  host.remove('home/shop')
  expect(await next()).toEqual(event('destroyed', 'The app was destroyed.', null))
})

test('what Docker tells of something that is no app is passed over', async () => {
  await follow()
  docker('die', 'x', { exitCode: '1' }, 'No"App')
  docker('die', 'x', { exitCode: '1', 'com.dokku.dyno': '' })
  docker('exec_die', 'shop.web.1', { exitCode: '1' })
  docker('die', 'shop.web.1', { exitCode: '1' })
  expect(await next()).toEqual(event('died', 'web.1 died with exit code 1.'))
})

describe('the end', () => {
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }

  async function goneAfter(end: () => void): Promise<void> {
    await follow()
    const docker = await host.follower()
    expect(isAlive(docker)).toBe(true)
    const closed = once(child, 'exit')
    end()
    await closed
    await expect.poll(() => isAlive(docker), { timeout: 10_000 }).toBe(false)
  }

  test('a reader that goes away takes Docker’s client with it at the next line', async () => {
    await goneAfter(() => {
      child.stdout.destroy()
      docker('die', 'shop.web.1', { exitCode: '1' })
    })
  })

  test('on a quiet host it is noticed by the next sign of life', async () => {
    await goneAfter(() => child.stdout.destroy())
  }, 60_000)

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s leaves no process behind', async (signal) => {
    await goneAfter(() => child.kill(signal))
  })

  test('Docker that stops telling is an error', async () => {
    await follow()
    const closed = once(child, 'close')
    host.tell('end')
    expect(await closed).toEqual([1, null])
  })

  test('Docker that does not answer at all is no silent stream', async () => {
    host.write('docker/trouble', 'down')
    expect(await host.run('events')).toMatchObject({ stdout: '', exitCode: 1 })
  })
})
