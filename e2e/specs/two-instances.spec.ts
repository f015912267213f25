import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import {
  deployButton,
  expectSameDocument,
  lane,
  markDocument,
  openPromoteSheet,
  promoteSheet,
  signInWithGitlab,
  step,
} from '../steps.ts'
import { control, deployedSha, deployments, plays, projects, pushToStaging, visit } from '../world.ts'

// Two Berths on one PostgreSQL. Each story goes on from where the one before has left them; the last one kills both.
test.describe.configure({ mode: 'serial' })

const project = 'hello/hello-app'
const projectId = projects.helloApp
const board = `/projects/${projectId}`
/** A killed process holds what it carried for 15 s more. */
const patience = { timeout: 60_000 }

let berth: Instance
let secondUrl: string
let token: string
/** At the first Berth and at the second. */
let hanako: Page
let aoife: Page

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000)
  berth = await startInstance({ oauth: true, second: true })
  secondUrl = berth.secondUrl ?? ''
  token = berth.token('two-berths')
  hanako = await visitorOf(browser, berth.url, 'hanako')
  aoife = await visitorOf(browser, secondUrl, 'aoife')
})
test.afterAll(async () => {
  await Promise.all([hanako?.context().close(), aoife?.context().close()])
  await berth?.stop()
})

/** Somebody who stands on the project's page, where nothing appears unless it is told: a quiet page does not read itself again. */
async function visitorOf(browser: Browser, url: string, username: string): Promise<Page> {
  const context = await browser.newContext()
  await context.addInitScript(() => {
    const again = window.setInterval.bind(window)
    const told = (run: TimerHandler, milliseconds?: number, ...rest: unknown[]) =>
      milliseconds === 30_000 ? 0 : again(run, milliseconds, ...rest)
    Object.assign(window, { setInterval: told })
  })
  const page = await context.newPage()
  await signInWithGitlab(page, url, username)
  await page.goto(`${url}${board}`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  return page
}

const short = (sha: string): string => sha.slice(0, 8)

const pressable = (page: Page, sha: string) =>
  promoteSheet(page).getByRole('button', { name: deployButton(sha), exact: true })

async function call(method: 'POST' | 'DELETE', url: string, body?: object): Promise<{ id: string }> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.ok, `${method} ${url} answers ${response.status}`).toBe(true)
  return response.status === 204 ? { id: '' } : await response.json()
}

const lock = (url: string, reason: string) => call('POST', `${url}/api/v1${board}/locks`, { reason })
const unlock = (url: string, id: string) => call('DELETE', `${url}/api/v1/locks/${id}`)

test('each source is looked at by one of the two, and as often as one alone would', async () => {
  test.setTimeout(150_000)
  expect(berth.output().match(/worker │ The worker observes and follows operations/g)).toHaveLength(2)
  await berth.sql(`
    CREATE SCHEMA story;
    CREATE TABLE story.look (source text NOT NULL, at timestamptz NOT NULL);
    CREATE FUNCTION story.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO story.look VALUES (NEW.id, NEW."attemptedAt"); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER UPDATE ON "Source" FOR EACH ROW
      WHEN (NEW."attemptedAt" IS DISTINCT FROM OLD."attemptedAt") EXECUTE FUNCTION story.note()`)
  const sources = ['dokku:production', 'dokku:review', `gitlab:${projectId}`]
  const looks = async (): Promise<Map<string, Date[]>> => {
    const rows = await berth.sql<{ source: string; at: Date }>('SELECT source, at FROM story.look ORDER BY at')
    return new Map(sources.map((id) => [id, rows.filter(({ source }) => source === id).map(({ at }) => at)]))
  }
  const fewest = async () => Math.min(...[...(await looks()).values()].map(({ length }) => length))
  await expect.poll(fewest, { timeout: 120_000 }).toBeGreaterThanOrEqual(12)
  await berth.sql('DROP TRIGGER note ON "Source"')

  // While somebody looks, a source is due a second after it was looked at.
  const seen = await looks()
  for (const [source, times] of seen) {
    const gaps = times.slice(1).map((at, index) => at.getTime() - (times[index] as Date).getTime())
    expect(
      gaps.filter((gap) => gap < 1000),
      `looks at ${source}, too early`,
    ).toEqual([])
  }
  const ofProject = seen.get(`gitlab:${projectId}`) ?? []
  const [first = 0, last = 0] = [ofProject.at(0)?.getTime(), ofProject.at(-1)?.getTime()]
  const { requests } = await control<{ requests: { at: string; path: string }[] }>(berth, 'gitlab', 'GET /requests')
  const lists = requests
    .filter(({ path }) => path === `/projects/${projectId}/pipelines`)
    .map(({ at }) => new Date(at).getTime())
  // Each look asks for the list once.
  expect(lists.filter((at) => at >= first && at < last)).toHaveLength(ofProject.length - 1)
})

test('two people who press at the same moment, each at their own Berth, promote once', async () => {
  test.setTimeout(120_000)
  const sha = await deployedSha(berth, projectId, 'staging')
  for (const page of [hanako, aoife]) {
    await openPromoteSheet(page)
    await expect(pressable(page, sha)).toBeEnabled(patience)
    await markDocument(page)
  }
  await control(berth, 'gitlab', 'DELETE /requests')
  // GitLab is slow to answer, so that both Berths have decided before either has begun.
  await control(berth, 'gitlab', 'POST /faults', { match: 'GET /projects/*/environments/*', delayMs: 1500 })
  await Promise.all([pressable(hanako, sha).click(), pressable(aoife, sha).click()])
  for (const page of [hanako, aoife])
    await expect(promoteSheet(page)).toContainText(`Promoted ${short(sha)} to production`, patience)
  await control(berth, 'gitlab', 'DELETE /faults')
  const operations = await berth.sql<{ id: string }>('SELECT id FROM "Operation"')
  expect(operations).toHaveLength(1)
  for (const page of [hanako, aoife]) expect(new URL(page.url()).searchParams.get('operation')).toBe(operations[0]?.id)
  expect(await plays(berth)).toBe(1)
  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha })
  const audit = await berth.sql<{ actor: string; outcome: string }>(
    `SELECT actor, outcome FROM "AuditEntry" WHERE action = 'promote' ORDER BY outcome, actor`,
  )
  expect(audit.filter(({ outcome }) => outcome === 'requested').map(({ actor }) => actor)).toEqual(['aoife', 'hanako'])
  expect(audit.filter(({ outcome }) => outcome !== 'requested').map(({ outcome }) => outcome)).toEqual(['succeeded'])
  for (const page of [hanako, aoife]) {
    await promoteSheet(page).getByRole('link', { name: 'Done' }).click()
    await expect(lane(page)).toContainText('In step')
    await expectSameDocument(page)
  }
})

test('what is done at one Berth appears on the open page of the other', async () => {
  await hanako.getByRole('link', { name: 'Lock production' }).click()
  const sheet = hanako.getByRole('dialog', { name: 'Lock production' })
  await sheet.getByLabel('Why').fill('The database moves until noon')
  await sheet.getByRole('button', { name: 'Lock production' }).click()
  await expect(aoife.getByText('The database moves until noon')).toBeVisible()
  await expect(aoife.getByText('hanako has locked production')).toBeVisible()
  await aoife.getByRole('button', { name: 'Open production' }).click()
  await expect(hanako.getByText('The database moves until noon')).toHaveCount(0)
  await expect(hanako.getByRole('link', { name: 'Lock production' })).toBeVisible()
  for (const page of [hanako, aoife]) await expectSameDocument(page)
})

interface LiveEvent {
  event: string
  id: string | null
  data: { topics?: string[]; resumed?: boolean }
}

/** The live door as a program knocks at it. */
async function listen(url: string, lastEventId: string | null) {
  const end = new AbortController()
  const response = await fetch(`${url}/api/events?topics=activity`, {
    headers: { authorization: `Bearer ${token}`, ...(lastEventId !== null && { 'last-event-id': lastEventId }) },
    signal: end.signal,
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  if (!response.body) throw new Error('The stream has no body.')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    /** The next event that says something. */
    async next(): Promise<LiveEvent> {
      for (;;) {
        const at = text.indexOf('\n\n')
        if (at < 0) {
          const { value, done } = await reader.read()
          if (done) throw new Error('The stream has ended.')
          text += value
          continue
        }
        const fields = Object.fromEntries(
          text
            .slice(0, at)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        )
        text = text.slice(at + 2)
        if (fields.event && fields.event !== 'still-here')
          return { event: fields.event, id: fields.id ?? null, data: JSON.parse(fields.data ?? '{}') }
      }
    },
    close: () => end.abort(),
  }
}

/** Knocks, and goes away once it has been greeted; what was told before the greeting comes with it. */
async function greeted(url: string, lastEventId: string | null): Promise<{ told: LiveEvent[]; greeting: LiveEvent }> {
  const stream = await listen(url, lastEventId)
  const told: LiveEvent[] = []
  for (;;) {
    const event = await stream.next()
    if (event.event === 'listening') {
      stream.close()
      return { told, greeting: event }
    }
    told.push(event)
  }
}

test('who comes back with the id of the last event is told what happened meanwhile, at either Berth', async () => {
  const urls = [berth.url, secondUrl]
  const stranger = await greeted(secondUrl, null)
  expect(stranger).toMatchObject({ told: [], greeting: { data: { resumed: false } } })
  let place = stranger.greeting.id
  for (const [index, url] of [...urls, ...urls].entries()) {
    const { id } = await lock(berth.url, `Somebody is away, ${index}`)
    const missed = await greeted(url, place)
    expect(missed, `lock ${index}`).toMatchObject({
      told: [{ event: 'changed', data: { topics: ['activity'] } }],
      greeting: { data: { resumed: true } },
    })
    expect((await greeted(url, missed.greeting.id)).told, 'it is not told twice').toEqual([])

    // While somebody comes back, the next thing happens: it is told before the greeting or after it, but it is told.
    const [stream] = await Promise.all([listen(url, missed.greeting.id), unlock(secondUrl, id)])
    let event = await stream.next()
    while (event.event !== 'changed') event = await stream.next()
    stream.close()
    place = (await greeted(url, missed.greeting.id)).greeting.id
    expect((await greeted(url, place)).told).toEqual([])
  }
  expect(await greeted(secondUrl, '999999999999'), 'another database’s').toMatchObject({
    told: [],
    greeting: { data: { resumed: false } },
  })
})

/** A way to a Berth that can be cut, with all that goes over it. */
async function tunnelTo(url: string) {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((socket) => {
    if (isCut) return socket.destroy()
    const onward = connect({ host: 'localhost', port: Number(new URL(url).port) })
    for (const [end, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(end)
      end.pipe(other)
      end.on('error', () => {})
      end.on('close', () => {
        sockets.delete(end)
        other.destroy()
      })
    }
  })
  server.listen(0)
  await once(server, 'listening')
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false
    },
    close: () => {
      cut()
      server.close()
    },
  }
}

test('a browser that was cut off shows what happened meanwhile, without a reload', async () => {
  const tunnel = await tunnelTo(secondUrl)
  await aoife.goto(`${tunnel.url}${board}`)
  await expect(aoife.getByText('Live', { exact: true })).toBeVisible()
  await expect(aoife.getByRole('link', { name: 'Lock production' })).toBeVisible()
  await markDocument(aoife)
  for (const reason of ['Nobody hears this in a tunnel', 'Nor this in the next one']) {
    tunnel.cut()
    await expect(aoife.getByText('Reconnecting')).toBeVisible()
    const { id } = await lock(berth.url, reason)
    const back = aoife.waitForRequest((request) => new URL(request.url()).pathname === '/api/events')
    tunnel.mend()
    await expect(aoife.getByText(reason)).toBeVisible(patience)
    await expect(aoife.getByText('Live', { exact: true })).toBeVisible()
    const request = await back
    const since = (await request.allHeaders())['last-event-id'] ?? new URL(request.url()).searchParams.get('since')
    expect(since, 'it says how far it has heard').toMatch(/^\d+(-\d+)*$/)
    await unlock(berth.url, id)
    await expect(aoife.getByText(reason)).toHaveCount(0)
  }
  await expectSameDocument(aoife)
  await aoife.goto(`${secondUrl}${board}`)
  tunnel.close()
})

test('a promotion outlives the Berth that carries it: the other takes it over, and GitLab is asked once', async () => {
  test.setTimeout(180_000)
  const sha = await pushToStaging(berth, project, 'Kill both, one after the other')
  await openPromoteSheet(hanako)
  await openPromoteSheet(aoife)
  await expect(pressable(hanako, sha)).toBeEnabled(patience)
  await expect(pressable(aoife, sha)).toBeEnabled(patience)
  await markDocument(hanako)
  await control(berth, 'gitlab', 'DELETE /requests')
  await control(berth, 'production', 'POST /slow', { factor: 200 })

  // The first Berth waits for GitLab's answer to the play when it is killed: until then nobody else may carry it.
  await control(berth, 'gitlab', 'POST /faults', { match: 'POST /projects/*/jobs/*/play', delayMs: 3000 })
  await pressable(hanako, sha).click()
  await expect.poll(() => plays(berth)).toBe(1)
  await berth.kill('all')
  await control(berth, 'gitlab', 'DELETE /faults')
  await expect(step(promoteSheet(aoife), 'Start the deployment')).toContainText('had been started already', patience)
  await expect(step(promoteSheet(aoife), 'Deploy')).toContainText('Job production is running.', patience)

  // Now the second one carries it, since there is no other. Whoever pressed at the first one finds it where they left it.
  await berth.start()
  await expect(step(promoteSheet(hanako), 'Deploy')).toContainText('Job production is running.', patience)
  await berth.kill('second')
  await control(berth, 'production', 'POST /slow', { factor: 1 })
  await expect(promoteSheet(hanako)).toContainText(`Promoted ${short(sha)} to production`, patience)
  await expectSameDocument(hanako)
  expect(await plays(berth)).toBe(1)
  expect((await deployments(berth, projectId, 'production'))[0]).toMatchObject({ sha, status: 'success' })
  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha })
  const ends = await berth.sql(`SELECT outcome FROM "AuditEntry" WHERE target = $1 AND outcome <> 'requested'`, [
    `${short(sha)} to production`,
  ])
  expect(ends).toEqual([{ outcome: 'succeeded' }])
})
