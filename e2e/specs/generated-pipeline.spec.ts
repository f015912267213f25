import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import {
  optionFlaws,
  type PipelineOptions,
  pipelineFile,
  usualOf,
  usualOptions,
} from '#lib/domain/pipeline-file/index.ts'
import { isThere } from '../../bin/system-tools.ts'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, lane, openProject, openPromoteSheet, openStopDialog, step } from '../steps.ts'
import { control, deployedSha, environmentNamed, gitlab, onDokku, visit } from '../world.ts'

/** A small app in the language that needs least: its tests are Node's own. */
const app = {
  Procfile: 'web: node server.js\n',
  'index.html': '<h1>shop</h1>\n',
  'server.js': "require('node:http').createServer((_, answer) => answer.end('shop')).listen(process.env.PORT)\n",
  'sum.test.js': "require('node:test').test('adds up', () => require('node:assert').equal(1 + 1, 2))\n",
  'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { test: 'node --test' } }),
  'package-lock.json': JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages: { '': {} } }),
  '.npmrc': 'audit=false\nfund=false\n',
}

// Jobs run in shells of this machine.
const absent = ['ssh', 'git', 'rsync', 'bash'].filter((command) => !isThere(command))
test.skip(absent.length > 0, `there is no ${absent.join(', no ')} on this machine`)

let instance: Instance
test.beforeAll(async () => {
  test.setTimeout(240_000)
  const named = {
    staging: { host: 'production', app: 'shop-staging' },
    production: { host: 'production', app: 'shop' },
  }
  const mappings = { 'hello/shop': { reviewHost: 'review', named }, 'hello/stall': { reviewHost: 'review' } }
  // Every project that GitLab shows Berth, also one that begins later.
  const env = { BERTH_GITLAB_PROJECTS: '', BERTH_MAPPINGS: JSON.stringify(mappings), BERTH_SYNC_IDLE_SECONDS: '2' }
  instance = await startInstance({ env, heroku: true })
})
test.afterAll(() => instance?.stop())

/** What somebody sets up as CI/CD variables: the runner's key, what the hosts show, and how they are reached. */
function ciVariables(): { key: string; type: 'file' | 'env_var'; value: string }[] {
  const standIns = path.join(instance.dataDir, 'stand-ins')
  const hosts = (['review', 'production'] as const).map((name) => {
    const port = new RegExp(`${name}=ssh://dokku@127\\.0\\.0\\.1:(\\d+)`).exec(instance.standIns.dokkuHosts)?.[1]
    const [type, key] = readFileSync(path.join(standIns, name, 'host_key.pub'), 'utf8').split(' ')
    return { name, port, known: `[127.0.0.1]:${port} ${type} ${key?.trim()}\n` }
  })
  const config = hosts.map(({ name, port }) => `Host ${name}.test\n  HostName 127.0.0.1\n  Port ${port}\n`)
  return [
    { key: 'SSH_PRIVATE_KEY', type: 'file', value: readFileSync(path.join(standIns, 'runner-key'), 'utf8') },
    { key: 'SSH_SERVER_HOSTKEYS', type: 'file', value: hosts.map(({ known }) => known).join('') },
    { key: 'SSH_CONFIG', type: 'file', value: config.join('') },
    { key: 'DOKKU_HOST', type: 'env_var', value: 'review.test' },
    { key: 'DOKKU_DOMAIN', type: 'env_var', value: `localhost:${new URL(instance.standIns.control.review).port}` },
    { key: 'PRODUCTION_DOKKU_HOST', type: 'env_var', value: 'production.test' },
    { key: 'HEROKU_STAGING_API_KEY', type: 'env_var', value: instance.standIns.heroku?.key ?? '' },
    { key: 'HEROKU_PRODUCTION_API_KEY', type: 'env_var', value: instance.standIns.heroku?.key ?? '' },
  ]
}

/** Somebody begins a project with the small app and the pipeline that Berth makes of these choices. */
async function beginProject(name: string, choices: Partial<PipelineOptions>): Promise<{ id: number; sha: string }> {
  const pathWithNamespace = `hello/${name}`
  const options: PipelineOptions = {
    ...usualOptions({ pathWithNamespace, defaultBranch: 'master' }),
    language: 'node',
    ...usualOf('node'),
    appConfig: 'TZ=Asia/Tokyo',
    ...choices,
  }
  expect(optionFlaws(options)).toEqual([])
  const files = { ...app, '.gitlab-ci.yml': pipelineFile(options) }
  const wanted = { path: pathWithNamespace, files, variables: ciVariables() }
  const begun = await control<{ id: number; sha: string }>(instance, 'gitlab', 'POST /projects', wanted)
  // Berth reads the list of projects every five minutes; here it is due at once.
  await instance.sql(`UPDATE "Source" SET "attemptedAt" = to_timestamp(0) WHERE id = 'gitlab'`)
  return begun
}

const push = (project: string, branch: string, text: string) =>
  control<{ sha: string }>(instance, 'gitlab', 'POST /push', {
    project: `hello/${project}`,
    branch,
    message: text,
    files: { 'index.html': `<h1>${text}</h1>\n` },
  })

interface Job {
  id: number
  name: string
  ref: string
  status: string
}

const jobs = (id: number) => gitlab<Job[]>(instance, `/projects/${id}/jobs?per_page=100`)

/** Waits for the newest job of this name and ref, and shows its log when it ends otherwise. */
async function expectJob(id: number, name: string, ref: string, wanted: string): Promise<void> {
  const newest = async () => (await jobs(id)).find((job) => job.name === name && job.ref === ref)
  await expect.poll(async () => (await newest())?.status, { timeout: 180_000 }).toMatch(/success|failed|manual|skipped/)
  const job = await newest()
  expect(job?.status, await logOf(id, job)).toBe(wanted)
}

async function logOf(id: number, job: Job | undefined): Promise<string> {
  const headers = { authorization: `Bearer ${instance.standIns.gitlabToken}` }
  const place = `${instance.standIns.gitlabUrl}/api/v4/projects/${id}/jobs/${job?.id}/trace`
  return (await fetch(place, { headers })).text()
}

test('the pipeline on Dokku: test, review, stop_review; staging, production', async ({ page }) => {
  test.setTimeout(600_000)
  const port = new URL(instance.standIns.control.production).port
  const urls = { stagingUrl: `http://shop-staging.localhost:${port}/`, productionUrl: `http://shop.localhost:${port}/` }
  const { id, sha } = await beginProject('shop', urls)
  await expectJob(id, 'staging', 'master', 'success')
  expect(await visit(instance, 'production', 'shop-staging')).toEqual({ status: 200, sha })
  await expectJob(id, 'production', 'master', 'manual')

  await openProject(page, instance, 'shop')
  await expect(lane(page)).toContainText(sha.slice(0, 8))
  const sheet = await openPromoteSheet(page)
  await sheet.getByRole('button', { name: `Deploy ${sha.slice(0, 8)} to production` }).click()
  await expect(sheet.getByRole('log')).toContainText('git push --force', { timeout: 60_000 })
  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, { timeout: 60_000 })
  await expect(step(sheet, 'Look on Dokku')).toContainText(`App shop on production runs ${sha.slice(0, 8)}`)
  expect(await visit(instance, 'production', 'shop')).toEqual({ status: 200, sha })
  await sheet.getByRole('link', { name: 'Done' }).click()

  const branch = 'feature/ünïcode_Branch-X'
  const pushed = await push('shop', branch, 'Ünïcode')
  await expectJob(id, 'review', branch, 'success')
  const environment = await environmentOf(id, branch)
  expect(environment.slug.length).toBeLessThanOrEqual(24)
  const database = `${environment.slug}-database`
  expect(await visit(instance, 'review', environment.slug)).toEqual({ status: 200, sha: pushed.sha })
  expect((await onDokku(instance, 'review')).databases).toContain(database)
  const row = branchRow(page, branch)
  await expect(row).toContainText(pushed.sha.slice(0, 8))
  await expect(row).toContainText(database)

  const dialog = await openStopDialog(page, branch, environment.name)
  await dialog.getByRole('button', { name: `Stop ${environment.name}` }).click()
  await expect(dialog.getByRole('log')).toContainText('gone apps:destroy', { timeout: 60_000 })
  await expect(dialog.getByRole('status')).toContainText(`Stopped ${environment.name}`, { timeout: 60_000 })
  await expectJob(id, 'stop_review', branch, 'success')
  const left = await onDokku(instance, 'review')
  expect(left.apps).not.toContain(environment.slug)
  expect(left.databases).not.toContain(database)
  expect(await visit(instance, 'review', environment.slug)).toMatchObject({ status: null })
})

test('names of 200 characters are deployed; two that begin alike share one review app, and it runs the later', async ({
  page,
}) => {
  test.setTimeout(600_000)
  const { id } = await beginProject('stall', { database: false })
  const begun = `feature/${'a-name-that-says-everything-'.repeat(8)}`.slice(0, 195)
  const [first, second] = [`${begun}-one1`, `${begun}-two2`] as const
  const one = await push('stall', first, 'First')
  await expectJob(id, 'review', first, 'success')
  const { slug, name } = await environmentOf(id, first)
  expect(await visit(instance, 'review', slug)).toEqual({ status: 200, sha: one.sha })

  const two = await push('stall', second, 'Second')
  await expectJob(id, 'review', second, 'success')
  expect(await environmentOf(id, second)).toMatchObject({ slug, name })
  expect(await visit(instance, 'review', slug)).toEqual({ status: 200, sha: two.sha })
  expect(await deployedSha(instance, id, name)).toBe(two.sha)

  await openProject(page, instance, 'stall')
  await expect(branchRow(page, second)).toContainText(two.sha.slice(0, 8))
  await expect(branchRow(page, second)).toContainText(slug)
})

test('the pipeline on Heroku: staging by the default branch, production by a tag', async ({ page }) => {
  test.setTimeout(600_000)
  const apps = { stagingApp: 'shop-on-heroku-staging', productionApp: 'shop-on-heroku' }
  const heroku = instance.standIns.heroku
  if (!heroku) throw new Error('There is no Heroku.')
  for (const name of Object.values(apps)) {
    const headers = {
      accept: 'application/vnd.heroku+json; version=3',
      authorization: `Bearer ${heroku.key}`,
      'content-type': 'application/json',
    }
    const made = await fetch(`${heroku.url}/apps`, { method: 'POST', headers, body: JSON.stringify({ name }) })
    expect(made.ok).toBe(true)
  }
  const { id, sha } = await beginProject('shop-on-heroku', { variant: 'heroku', database: false, ...apps })
  await expectJob(id, 'staging', 'master', 'success')
  expect((await jobs(id)).map(({ name }) => name)).not.toContain('production')

  await gitlab(instance, `/projects/${id}/repository/tags?tag_name=v1.0.0&ref=master`, 'POST')
  await expectJob(id, 'production', 'v1.0.0', 'success')
  expect(await deployedSha(instance, id, 'production')).toBe(sha)
  await openProject(page, instance, 'shop-on-heroku')
  await expect(lane(page)).toContainText('In step')
})

/** GitLab names it by the slug of the branch, which nobody can tell from the name by looking. */
async function environmentOf(id: number, branch: string) {
  const deployments = await gitlab<{ ref: string; environment: { name: string } }[]>(
    instance,
    `/projects/${id}/deployments?order_by=id&sort=desc&per_page=100`,
  )
  const deployment = deployments.find(({ ref }) => ref === branch)
  if (!deployment) throw new Error(`Nothing was deployed from ${branch}.`)
  return environmentNamed(instance, id, deployment.environment.name)
}
