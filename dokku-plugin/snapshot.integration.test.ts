import { afterEach, describe, expect, test } from 'vitest'
import { hostSnapshot } from '#lib/dokku/snapshot.ts'
import { appContainer, containerId, createFakeHost, type FakeHost, type FakeProcess } from './fake-host.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'
const secret = 'hunter2-never-print-this'

let host: FakeHost
afterEach(() => host.close())

/** An app with the files of a host of Dokku 0.38. */
function app(name: string, processes: Record<string, FakeProcess | 'missing'> = {}, { commit = sha } = {}): void {
  host.write(`home/${name}/HEAD`, 'ref: refs/heads/master\n')
  host.write(`lib/config/${name}/ENV`, `DATABASE_URL="postgres://postgres:${secret}@dokku-postgres-db:5432/db"\n`)
  host.write(`lib/config/apps/${name}/created-at`, '1795465448')
  host.write(`lib/config/ps/${name}/scale`, 'web=1\n')
  host.write(`lib/config/common/${name}/deployed`, String(Object.keys(processes).length > 0))
  if (commit !== '') host.write(`home/${name}/refs/heads/master`, `${commit}\n`, 1795465482)
  for (const [dyno, process] of Object.entries(processes)) {
    host.write(`home/${name}/CONTAINER.${dyno}`, `${containerId(`${name}.${dyno}`)}\n`)
    if (process !== 'missing') host.container(appContainer(name, dyno, { env: [`SECRET=${secret}`], ...process }))
  }
}

function service(plugin: string, name: string, { image = 'postgres:18.4', status = 'running', links = '' } = {}): void {
  const id = containerId(`dokku.${plugin}.${name}`)
  host.write(`lib/services/${plugin}/${name}/ID`, id)
  host.write(`lib/services/${plugin}/${name}/LINKS`, links)
  host.write(`lib/services/${plugin}/${name}/PASSWORD`, `${secret}\n`)
  host.write(`lib/services/${plugin}/${name}/IMAGE_VERSION`, '18.3\n')
  if (status === 'missing') return
  const container = appContainer('', '', { status, env: [`POSTGRES_PASSWORD=${secret}`] }, `dokku.${plugin}.${name}`)
  host.container({ ...container, Config: { ...container.Config, Image: image, Labels: { 'dokku.service': plugin } } })
}

async function snapshot(...words: string[]) {
  const { stdout, stderr, exitCode } = await host.run('snapshot', ...words)
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout).not.toContain(secret)
  hostSnapshot('one', stdout)
  return JSON.parse(stdout)
}

const processOf = (type: string, index: number, facts: object = {}) => ({
  type,
  index,
  status: 'running',
  restarts: 0,
  'started-at': '2026-11-24T00:30:00.123456789Z',
  'exit-code': 0,
  'oom-killed': false,
  'memory-bytes': null,
  'cpu-percent': null,
  ...facts,
})

const deployedApp = (name: string, processes: object[], facts: object = {}) => ({
  name,
  'created-at': 1795465448,
  locked: false,
  sha,
  'source-image': '',
  'deployed-at': 1795465482,
  deployed: true,
  restore: true,
  domains: [],
  scale: { web: 1 },
  processes,
  ...facts,
})

describe('apps', () => {
  test('a host without apps', async () => {
    host = createFakeHost()
    const document = await snapshot()
    expect(document).toEqual({
      format: 1,
      plugin: '0.1.0',
      dokku: '0.38.27',
      'taken-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'service-plugins': [],
      disk: { 'total-bytes': 63278391296, 'free-bytes': 21474836480 },
      apps: [],
      services: [],
    })
  })

  test('every condition, in one document', async () => {
    host = createFakeHost()
    app('crash-loop', { 'web.1': { status: 'restarting', restarts: 7, exitCode: 1 } })
    app('gone', { 'web.1': 'missing' })
    app('never', {}, { commit: '' })
    app('shop', { 'web.1': {}, 'web.2': {}, 'queue-worker.1': { status: 'exited', exitCode: 137, oomKilled: true } })
    app('stopped.by-hand', { 'web.1': { status: 'exited' } })
    app('locked', { 'web.1': {} })
    app('image', { 'web.1': {} })
    host.container(appContainer('shop', 'web.1', {}, 'shop.web.1.1795465000'))
    host.write('lib/config/ps/shop/scale', 'web=2\nqueue-worker=1\n')
    host.write('lib/config/ps/shop/scale.old', 'clock=0\nweb=9\n')
    host.write('home/shop/VHOST', 'shop.example.com\nwww.shop.example.com\n')
    host.write('lib/config/ps/stopped.by-hand/restore', 'false')
    host.write('lib/data/apps/locked/.deploy.lock', '')
    host.write('lib/config/git/image/source-image', 'registry.example.com/team/hello:1.2')

    const { apps } = await snapshot()
    expect(apps).toEqual([
      deployedApp('crash-loop', [processOf('web', 1, { status: 'restarting', restarts: 7, 'exit-code': 1 })]),
      deployedApp('gone', [processOf('web', 1, { status: 'missing', 'started-at': null, 'exit-code': null })]),
      deployedApp('image', [processOf('web', 1)], { sha: '', 'source-image': 'registry.example.com/team/hello:1.2' }),
      deployedApp('locked', [processOf('web', 1)], { locked: true }),
      deployedApp('never', [], { sha: '', 'deployed-at': null, deployed: false }),
      deployedApp(
        'shop',
        [
          processOf('queue-worker', 1, { status: 'exited', 'exit-code': 137, 'oom-killed': true }),
          processOf('web', 1),
          processOf('web', 2),
        ],
        {
          scale: { web: 2, 'queue-worker': 1, clock: 0 },
          domains: ['shop.example.com', 'www.shop.example.com'],
        },
      ),
      deployedApp('stopped.by-hand', [processOf('web', 1, { status: 'exited' })], { restore: false }),
    ])
  })

  test('the layout of Dokku 0.30', async () => {
    host = createFakeHost({ version: 'v0.30.0' })
    app('old', { 'web.1': {} })
    host.remove('lib/config/old')
    host.remove('lib/config/common')
    host.write('home/old/ENV', `SECRET="${secret}"\nexport DOKKU_APP_RESTORE='0'\nNO_VHOST="1"\n`)
    host.write('home/old/VHOST', 'old.example.com\n')
    host.write('home/old/.deploy.lock', '')
    const { dokku, apps } = await snapshot()
    expect(dokku).toBe('0.30.0')
    expect(apps).toEqual([deployedApp('old', [processOf('web', 1)], { locked: true, restore: false, domains: [] })])
  })

  test('a variable whose name or value only looks like a switch switches nothing', async () => {
    host = createFakeHost()
    app('web', { 'web.1': {} })
    host.write('home/web/VHOST', 'web.example.com\n')
    host.write('lib/config/web/ENV', 'MY_NO_VHOST="1"\nNO_VHOST="10"\nA="NO_VHOST=1"\nDOKKU_APP_RESTORE="1"\n')
    expect((await snapshot()).apps).toEqual([
      deployedApp('web', [processOf('web', 1)], { domains: ['web.example.com'] }),
    ])
  })

  test('the branch that Dokku deploys may have another name, and refs may be packed', async () => {
    host = createFakeHost()
    app('main', { 'web.1': {} })
    host.write('lib/config/git/--global/deploy-branch', 'main')
    host.write('home/main/refs/heads/main', `${'b'.repeat(40)}\n`, 1795470000)
    app('packed', { 'web.1': {} }, { commit: '' })
    host.write('home/packed/packed-refs', `# pack-refs with: peeled\n${'c'.repeat(40)} refs/heads/master\n`)
    const { apps } = await snapshot()
    expect(apps).toMatchObject([
      { name: 'main', sha, 'deployed-at': 1795470000 },
      { name: 'packed', sha: 'c'.repeat(40), 'deployed-at': null },
    ])
  })

  test('what is no app, and files that hold nonsense', async () => {
    host = createFakeHost()
    for (const name of ['.ssh', 'Upper', 'lost+found', 'with blank']) host.write(`home/${name}/x`, '')
    app('odd', { 'web.1': {} })
    host.write('home/odd/VHOST', 'a"b\\c.example.com \u0007*\n\n  *.example.com\n')
    host.write('home/odd/CONTAINER.web.2', '$(touch /tmp/no)\n')
    host.write('home/odd/CONTAINER', 'old\n')
    host.write('home/odd/CONTAINER.web.x', 'old\n')
    host.write('home/odd/HEAD', 'ref: ../../etc/passwd\n')
    host.write('lib/config/apps/odd/created-at', '"1"')
    host.write('lib/config/ps/odd/scale', 'web = 2\nweb=08\nbad type=1\n"x"=1\nworker=-1\n')
    const { apps } = await snapshot()
    expect(apps).toEqual([
      deployedApp(
        'odd',
        [processOf('web', 1), processOf('web', 2, { status: 'missing', 'started-at': null, 'exit-code': null })],
        {
          'created-at': null,
          sha: '',
          scale: { web: 8, type: 1 },
          domains: ['a"b\\c.example.com', '*', '*.example.com'],
        },
      ),
    ])
  })
})

describe('services', () => {
  test('of the plugins that describe themselves as service plugins', async () => {
    host = createFakeHost()
    host.plugin('postgres', 'dokku postgres service plugin')
    host.plugin('redis', 'dokku redis service plugin')
    host.plugin('letsencrypt', 'Automated installation of let’s encrypt TLS certificates')
    service('postgres', 'linked', { links: 'shop\nshop.two\n' })
    service('postgres', 'Stopped_1', { status: 'missing' })
    service('redis', 'cache-1', { status: 'exited', image: 'registry.example.com:5000/redis@sha256:abc' })
    service('mysql', 'of-a-plugin-that-is-gone')
    const document = await snapshot()
    expect(document['service-plugins']).toEqual(['postgres', 'redis'])
    expect(document.services).toEqual([
      { plugin: 'postgres', name: 'Stopped_1', status: 'missing', version: '18.3', links: [], 'size-bytes': null },
      {
        plugin: 'postgres',
        name: 'linked',
        status: 'running',
        version: '18.4',
        links: ['shop', 'shop.two'],
        'size-bytes': null,
      },
      { plugin: 'redis', name: 'cache-1', status: 'exited', version: '18.3', links: [], 'size-bytes': null },
    ])
  })
})

describe('usage', () => {
  test('memory and CPU of what Docker tells, sizes of what can be read in full', async () => {
    host = createFakeHost()
    host.plugin('postgres', 'dokku postgres service plugin')
    app('shop', {
      'web.1': { usage: { cpu: '12.50%', memory: '12.34MiB' } },
      'web.2': { usage: { cpu: '--', memory: '--' } },
    })
    for (const name of ['orders', 'private']) service('postgres', name)
    host.write(
      'docker/du',
      "du: cannot access '/services/postgres/orders/data/base/1': No such file or directory\n" +
        "du: cannot read directory '/services/postgres/private/data': Permission denied\n" +
        '40960\t/services/postgres/orders\n4\t/services/postgres/private\n',
    )
    const { apps, services } = await snapshot('--usage')
    expect(apps[0].processes).toEqual([
      processOf('web', 1, { 'memory-bytes': 12939427, 'cpu-percent': 12.5 }),
      processOf('web', 2),
    ])
    expect(services).toMatchObject([
      { name: 'orders', 'size-bytes': 41943040 },
      { name: 'private', 'size-bytes': null },
    ])
    const run = host.calls().find((call) => call.startsWith('docker run'))
    expect(run).toContain('--pull never --label=dokku --network none --read-only')
    expect(run).toContain(`source=${host.path('lib')}/services,target=/services,readonly`)
    expect(run).toContain(`sha256:${containerId('image')} -sk /services/postgres/orders /services/postgres/private`)
  })

  test('is not measured unless it is asked for', async () => {
    host = createFakeHost()
    app('shop', { 'web.1': {} })
    await snapshot()
    expect(host.calls().filter((call) => /^docker (stats|run)/.test(call))).toEqual([])
  })
})

describe('what it costs', () => {
  const callsFor = async (count: number) => {
    host = createFakeHost()
    host.plugin('postgres', 'dokku postgres service plugin')
    for (let number = 1; number <= count; number++) {
      app(`app-${number}`, { 'web.1': 'missing', 'worker.1': 'missing' })
      service('postgres', `db-${number}`, { status: 'missing' })
    }
    host.containers(
      Array.from({ length: count }, (_, index) => appContainer(`app-${index + 1}`, 'web.1', { env: [secret] })),
    )
    const { apps, services } = await snapshot()
    expect([apps.length, services.length]).toEqual([count, count])
    return host.calls().map((call) => call.split(' ').slice(0, 2).join(' '))
  }

  test('as many processes for 500 apps as for one', async () => {
    const forOne = await callsFor(1)
    host.close()
    expect(await callsFor(500)).toEqual(forOne)
    expect(forOne.filter((call) => call.startsWith('docker'))).toEqual(['docker ps', 'docker inspect'])
    expect(forOne.length).toBe(7)
  })
})

describe('a Docker in trouble', () => {
  test('that does not answer is an error, not a host without containers', async () => {
    host = createFakeHost()
    app('shop', { 'web.1': {} })
    host.write('docker/trouble', 'down')
    expect(await host.run('snapshot')).toEqual({
      stdout: '',
      stderr: expect.stringContaining(' !     Docker does not answer.\n'),
      exitCode: 1,
    })
  })

  test('a container that goes away between two questions is asked for again', async () => {
    host = createFakeHost()
    app('shop', { 'web.1': {}, 'web.2': {} })
    host.write('docker/trouble', 'vanishing')
    const { apps } = await snapshot()
    expect(apps[0].processes.map(({ status }: { status: string }) => status)).toEqual(['missing', 'missing'])
  })
})

test('words that it does not know are refused', async () => {
  host = createFakeHost()
  expect(await host.run('snapshot', '--all')).toMatchObject({ stdout: '', exitCode: 1 })
})
