import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ReviewedApp } from './seed/past-review-apps.ts'
import { type StandIns, startStandIns } from './start.ts'

let dir: string
let standIns: StandIns
let stop: () => Promise<void>
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stand-ins-'))
  const started = await startStandIns({ dir, jobMs: 60, pace: 0, large: false, demo: true, berthPlugin: ['review'] })
  standIns = started.standIns
  stop = started.stop
})
afterAll(async () => {
  await stop()
  rmSync(dir, { recursive: true, force: true })
})

const project = 'hello/hello-app'

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into here.
async function control(server: 'gitlab' | 'review' | 'production', door: string, body?: object): Promise<any> {
  const [method = '', path] = door.split(' ')
  const answer = await fetch(`${standIns.control[server]}/__control${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(answer.status).toBe(200)
  return answer.json()
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
async function gitlab(path: string): Promise<any> {
  const headers = { 'private-token': standIns.gitlabToken }
  return (await fetch(`${standIns.gitlabUrl}/api/v4/projects/42${path}`, { headers })).json()
}

const names = async (host: 'review' | 'production'): Promise<{ apps: string[]; databases: string[] }> => {
  const { apps, services } = await control(host, 'GET /state')
  const nameOf = ({ name }: { name: string }) => name
  return { apps: apps.map(nameOf), databases: services.map(nameOf) }
}

describe('the demo', () => {
  it('has neighbours, left-overs and databases of nobody on the review host', async () => {
    const { apps, databases } = await names('review')
    expect(apps).toEqual(expect.arrayContaining(['wiki', 'grafana']))
    expect(databases).toEqual(expect.arrayContaining(['wiki', 'import-test']))
    const [stopped] = await gitlab('/environments?name=review%2Ffix%2Frounding')
    expect(stopped.state).toBe('stopped')
    expect(apps).toContain(stopped.slug)
    expect(databases).toContain(`${stopped.slug}-database`)
    const [merged] = await gitlab('/environments?name=review%2Ffeature%2Frss-feed')
    expect(merged.state).toBe('available')
    expect(await gitlab('/merge_requests?source_branch=feature%2Frss-feed')).toMatchObject([{ state: 'merged' }])
  })

  it('has one app whose certificate ends in nine days, at the address that GitLab tells', async () => {
    const [secure] = await gitlab('/environments?name=review%2Ffeature%2Fsecure-cookies')
    expect(secure.external_url).toBe(`https://${secure.slug}.localhost:${standIns.httpsPorts.review}`)
    const { apps } = await control('review', 'GET /state')
    const app = apps.find(({ name }: { name: string }) => name === secure.slug)
    expect(Math.round((Date.parse(app.certificateEndsAt) - Date.now()) / 86_400_000)).toBe(9)
  })
})

describe('a review app of the past', () => {
  const branch = 'leak/number-001'
  let leak: ReviewedApp

  beforeAll(async () => {
    const reviewApps = [{ branch, title: 'Leak', minutesAgo: 9000, became: 'stopped' }]
    ;[leak] = await control('gitlab', 'POST /review-apps', { project, reviewApps })
    const database = { name: `${leak.slug}-database`, linked: true }
    const app = { name: leak.slug, repo: leak.repository, sha: leak.sha, createdAt: leak.createdAt, database }
    await control('review', 'POST /seed', { apps: [app], databases: ['alone-database'] })
  })

  const deployments = () => gitlab(`/deployments?environment=${encodeURIComponent(`review/${branch}`)}&sort=desc`)

  it('is stopped in GitLab and whole on Dokku, with a past that GitLab can tell', async () => {
    expect(await gitlab(`/environments/${leak.environmentId}`)).toMatchObject({
      state: 'stopped',
      last_deployment: { sha: leak.sha, status: 'success' },
    })
    const { apps, databases } = await names('review')
    expect(apps).toContain(leak.slug)
    expect(databases).toEqual(expect.arrayContaining([`${leak.slug}-database`, 'alone-database']))
    expect(await gitlab(`/merge_requests?source_branch=${encodeURIComponent(branch)}`)).toMatchObject([
      { state: 'merged' },
    ])
  })

  it('is deployed anew, onto the app that is still there, when somebody takes its branch up again', async () => {
    const message = 'Go on'
    const { sha } = await control('gitlab', 'POST /push', {
      project,
      branch,
      from: leak.sha,
      message,
      files: { a: '' },
    })
    await control('gitlab', 'POST /merge-requests/open', { project, branch })
    await vi.waitFor(async () => expect((await deployments())[0]).toMatchObject({ sha, status: 'success' }), 20_000)
    expect(await gitlab(`/environments/${leak.environmentId}`)).toMatchObject({ state: 'available' })
    const { apps } = await control('review', 'GET /state')
    expect(apps.find(({ name }: { name: string }) => name === leak.slug)).toMatchObject({ commit: { sha } })
    expect(await gitlab('/merge_requests?state=opened&source_branch=leak%2Fnumber-001')).toMatchObject([{ sha }])
  })
})
