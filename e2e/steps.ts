import { get } from 'node:http'
import type { Page } from '@playwright/test'
import { type Instance, password } from './instance.ts'

/** GitLab's numbers of the projects that the stand-ins are seeded with. */
export const projects = { helloApp: 42, handbook: 43, monolith: 1001 }

export async function signIn(page: Page, { url }: Instance): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${url}/`)
}

/** A stand-in's door that the real system has not, as `control(gitlab, 'POST faults', { … })`. */
export async function control<Answer>(base: string, door: string, body?: object): Promise<Answer> {
  const [method = 'GET', path] = door.split(' ')
  const response = await fetch(`${base}/__control/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (!response.ok) throw new Error(`${door} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}

/** What GitLab itself says, past Berth. */
export async function gitlabSays<Answer>({ standIns }: Instance, path: string): Promise<Answer> {
  const response = await fetch(`${standIns.gitlabUrl}/api/v4/${path}`, {
    headers: { authorization: `Bearer ${standIns.gitlabToken}` },
  })
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}

/** The review app of a branch: what GitLab calls the environment is what Dokku calls the app. */
export async function reviewAppOf(instance: Instance, branch: string): Promise<string> {
  const query = `name=${encodeURIComponent(`review/${branch}`)}`
  const found = await gitlabSays<{ slug: string }[]>(instance, `projects/${projects.helloApp}/environments?${query}`)
  if (!found[0]) throw new Error(`GitLab has no environment for ${branch}.`)
  return found[0].slug
}

/** As somebody does by hand on the host: Berth hears of it from Dokku alone. */
export async function destroyReviewApp(instance: Instance, branch: string): Promise<void> {
  const app = await reviewAppOf(instance, branch)
  await control(instance.standIns.control.review, 'POST apps/destroy', { app })
}

/** The commit that a deployed app says it serves; `null` when the host knows no such app. */
export function servedSha(hostControl: string, app: string): Promise<string | null> {
  const { port } = new URL(hostControl)
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, headers: { host: `${app}.localhost:${port}` } }, (response) => {
      response.resume()
      const sha = response.headers['x-berth-sha']
      resolve(typeof sha === 'string' ? sha : null)
    })
    request.on('error', reject)
  })
}
