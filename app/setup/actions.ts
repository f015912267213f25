'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { type Context, givenEnv, pageContext, renewInstance } from '#lib/context.ts'
import { hostRoles } from '#lib/domain/connections.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import type { Project } from '#lib/domain/project.ts'
import { isSkippable } from '#lib/domain/setup-steps.ts'
import { chooseProjects, findProjects } from '#lib/operations/choose-projects.ts'
import { connectGitlab } from '#lib/operations/connect-gitlab.ts'
import { connectHeroku } from '#lib/operations/connect-heroku.ts'
import { addHost, confirmHostKey, type HostTest, readKeyAgain, testHost } from '#lib/operations/connect-host.ts'
import { connectSignIn } from '#lib/operations/connect-sign-in.ts'
import { leaveDemo, skipStep } from '#lib/operations/leave-demo.ts'
import { nextOf } from './next-of.ts'
import { Choice } from './projects/choice.ts'
import type { Tried } from './setup-form.tsx'

/** Keeps GitLab's `url` and `token`, and goes on. */
export async function connectGitlabAction(_before: Tried, form: FormData): Promise<Tried> {
  const [url, token] = [text(form, 'url'), text(form, 'token')]
  return tried(form, { url }, (ctx) => connectGitlab(ctx, { given: givenEnv(), url, token }))
}

/** Keeps the application's `id` and `secret`, with the `admins`. */
export async function connectSignInAction(_before: Tried, form: FormData): Promise<Tried> {
  const [id, secret, admins] = [text(form, 'id'), text(form, 'secret'), text(form, 'admins')]
  const usernames = admins.split(/[\s,@]+/).filter(Boolean)
  return tried(form, { id, admins }, (ctx) => connectSignIn(ctx, { given: givenEnv(), id, secret, admins: usernames }))
}

/** Notes a host, and goes on to its own page. */
export async function addHostAction(_before: Tried, form: FormData): Promise<Tried> {
  const [name, address, user] = [text(form, 'name'), text(form, 'address'), text(form, 'user')]
  const port = text(form, 'port')
  const role = hostRoles.find((known) => known === text(form, 'role')) ?? 'review'
  const typed = { name, address, user, port, role }
  const host = { given: givenEnv(), name, address, user, role, port: Number(port) }
  const next = `/setup/hosts/${name}${nextOf(form) === '/setup' ? '' : `?next=${nextOf(form)}`}`
  return tried(form, typed, (ctx) => addHost(ctx, host), next)
}

export async function confirmKeyAction(_before: Tried, form: FormData): Promise<Tried> {
  const [name, fingerprint] = [text(form, 'name'), text(form, 'fingerprint')]
  return tried(form, {}, (ctx) => confirmHostKey(ctx, { name, fingerprint }), `/setup/hosts/${name}`)
}

export async function readKeyAction(_before: Tried, form: FormData): Promise<Tried> {
  const name = text(form, 'name')
  return tried(form, {}, (ctx) => readKeyAgain(ctx, { name }), `/setup/hosts/${name}`)
}

/** Tests a host and takes it into use; `despite` also when it lacks something. */
export async function testHostAction(_before: HostTest | null, form: FormData): Promise<HostTest | null> {
  const despite = form.get('despite') === 'true'
  const test = await testHost(await pageContext(), { name: text(form, 'name'), despite }).catch(
    (error: unknown): HostTest => ({ flaw: flawOf(error), shortcomings: [], facts: null }),
  )
  if (test.flaw || (test.shortcomings.length > 0 && !despite)) return test
  await renewInstance()
  redirect(nextOf(form) === '/setup' ? '/setup/hosts' : nextOf(form))
}

export async function connectHerokuAction(_before: Tried, form: FormData): Promise<Tried> {
  return tried(form, {}, (ctx) => connectHeroku(ctx, { given: givenEnv(), apiKey: text(form, 'apiKey') }))
}

/** Keeps which projects are shown; from then on Berth looks at them. */
export async function chooseProjectsAction(_before: Tried, form: FormData): Promise<Tried> {
  const choice = Choice.safeParse(parsed(text(form, 'choice')))
  if (!choice.success) return { flaw: flawOf(new BerthError('invalid', 'berth', 'Reload the page.')), typed: {} }
  const next = nextOf(form) === '/setup' ? '/' : nextOf(form)
  return tried(form, {}, (ctx) => chooseProjects(ctx, { given: givenEnv(), ...choice.data }), next)
}

/** Projects of the token that fit what was typed. */
export async function findProjectsAction(search: string): Promise<{ projects: Project[] } | { flaw: Flaw }> {
  try {
    return { projects: await findProjects(await pageContext(), { search: z.string().max(200).parse(search) }) }
  } catch (error) {
    return { flaw: flawOf(error) }
  }
}

export async function skipStepAction(form: FormData): Promise<void> {
  const step = text(form, 'step')
  if (isSkippable(step)) await skipStep(await pageContext(), { step })
  redirect('/setup')
}

export async function leaveDemoAction(_before: Tried, form: FormData): Promise<Tried> {
  return tried(form, {}, leaveDemo)
}

/** What was typed stands in the form again when something is the matter; when nothing is, one goes on. */
async function tried(
  form: FormData,
  typed: Record<string, string>,
  change: (ctx: Context) => Promise<Flaw | null>,
  next: string = nextOf(form),
): Promise<Tried> {
  const flaw = await change(await pageContext()).catch(flawOf)
  if (flaw) return { flaw, typed }
  await renewInstance()
  redirect(next)
}

function flawOf(error: unknown): Flaw {
  if (error instanceof BerthError) return { field: null, words: error.message, remedy: '' }
  throw error
}

const text = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
