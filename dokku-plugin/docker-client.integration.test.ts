import { spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { appContainer, containerId, createFakeHost, type FakeHost } from './fake-host.ts'

const docker = spawnSync('which', ['docker'], { encoding: 'utf8' }).stdout?.trim() ?? ''
const container = appContainer('shop', 'web.1', { status: 'restarting', restarts: 3, exitCode: 1 })

let host: FakeHost
let engine: Server
afterEach(() => {
  engine.closeAllConnections()
  engine.close()
  host.close()
})

/** As much of Docker's engine as the plugin asks, with one container. */
async function start(): Promise<void> {
  host = createFakeHost()
  host.write('home/shop/CONTAINER.web.1', container.Id)
  const socket = host.path('engine.sock')
  engine = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://engine').pathname.replace(/^\/v[\d.]+/, '')
    response.setHeader('Api-Version', '1.43').setHeader('content-type', 'application/json')
    const answers: Record<string, unknown> = {
      '/_ping': 'OK',
      '/containers/json': [{ Id: container.Id, Names: [container.Name], Image: 'x', Labels: {}, State: 'running' }],
      [`/containers/${container.Id}/json`]: container,
    }
    if (path === '/events') return void response.write(`${JSON.stringify(death)}\n`)
    response.statusCode = path in answers ? 200 : 404
    response.end(JSON.stringify(answers[path] ?? { message: 'No such thing' }))
  })
  await new Promise<void>((listening) => engine.listen(socket, listening))
  host.program('docker', `export DOCKER_HOST=unix://${socket}; exec ${docker} "$@"`)
}

const death = {
  Type: 'container',
  Action: 'die',
  scope: 'local',
  time: 1795482000,
  timeNano: 1795482000123456800,
  Actor: {
    ID: containerId('shop.web.1'),
    Attributes: { name: 'shop.web.1', exitCode: '1', 'com.dokku.app-name': 'shop', 'com.dokku.dyno': 'web.1' },
  },
}

test.skipIf(docker === '')('Docker’s own client, where it is installed, understands what snapshot asks', async () => {
  await start()
  const { stdout } = await host.run('snapshot')
  expect(JSON.parse(stdout).apps[0].processes).toMatchObject([
    { status: 'restarting', restarts: 3, 'exit-code': 1, 'started-at': '2026-11-24T00:30:00.123456789Z' },
  ])
})

test.skipIf(docker === '')('Docker’s own client, where it is installed, understands what events asks', async () => {
  await start()
  const child = host.follow()
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  expect(JSON.parse((await lines.next()).value ?? '')).toMatchObject({ kind: 'ready' })
  expect(JSON.parse((await lines.next()).value ?? '')).toEqual({
    at: '2026-11-24T01:00:00.123Z',
    app: 'shop',
    kind: 'died',
    process: 'web.1',
    words: 'web.1 died with exit code 1.',
  })
  child.kill()
  await new Promise((closed) => child.on('close', closed))
})
