import { randomUUID } from 'node:crypto'
import { hooksName } from './happening.ts'
import { alertStatus, call, callHooksOf, isSuccess, send, testHappening } from './hook-calls.ts'
import { payloadOf } from './hook-payloads.ts'
import { page } from './page.ts'
import { badParameter, created, noContent, notFound, ok, Refusal, type Reply } from './reply.ts'
import { numberParam, projectOf, type Request } from './request.ts'
import { type Hook, type HookEvent, type HookTrigger, hookTriggers, nextId, type Project } from './world.ts'

/** Events that GitLab has and that never happen here. */
const otherEvents = [
  'issues_events',
  'confidential_issues_events',
  'note_events',
  'confidential_note_events',
  'wiki_page_events',
  'feature_flag_events',
  'releases_events',
  'milestone_events',
  'emoji_events',
  'resource_access_token_events',
  'repository_update_events',
]

/** Neither token is ever shown again. */
const present = (project: Project, hook: Hook) => ({
  id: hook.id,
  url: hook.url,
  name: hook.name,
  description: hook.description,
  created_at: hook.createdAt,
  ...Object.fromEntries(hookTriggers.map((trigger) => [trigger, hook.wants.has(trigger)])),
  ...Object.fromEntries(otherEvents.map((event) => [event, false])),
  enable_ssl_verification: hook.verifiesSsl,
  alert_status: alertStatus(hook, new Date()),
  disabled_until: hook.disabledUntil,
  url_variables: [],
  push_events_branch_filter: '',
  branch_filter_strategy: 'wildcard',
  custom_webhook_template: '',
  custom_headers: [],
  project_id: project.id,
})

const list = (request: Request): Reply => {
  const project = projectOf(request)
  return page(request, project.hooks, (hook) => present(project, hook))
}

function named(request: Request): { project: Project; hook: Hook } {
  const project = projectOf(request)
  const id = numberParam(request, 'hookId')
  const hook = project.hooks.find((candidate) => candidate.id === id)
  if (!hook) throw notFound('Hook')
  return { project, hook }
}

const show = (request: Request): Reply => {
  const { project, hook } = named(request)
  return ok(present(project, hook))
}

type Fields = Pick<Hook, 'url' | 'name' | 'description' | 'token' | 'wants' | 'verifiesSsl'>

/** What the body says, over what there was. */
function fields({ body, world }: Request, before: Fields): Fields {
  const text = (key: string, otherwise: string) => (typeof body[key] === 'string' ? body[key] : otherwise)
  const url = text('url', before.url)
  if (!isHookUrl(url, world.hookRules)) throw new Refusal(422, { error: 'Invalid url given' })
  const wants = hookTriggers.filter((trigger) => isOn(body[trigger], before.wants.has(trigger)))
  return {
    url,
    name: text('name', before.name),
    description: text('description', before.description),
    token: text('token', before.token ?? '') || null,
    wants: new Set(wants),
    verifiesSsl: isOn(body.enable_ssl_verification, before.verifiesSsl),
  }
}

const isOn = (value: unknown, otherwise: boolean): boolean =>
  value === undefined || value === null ? otherwise : value === true || value === 'true'

function isHookUrl(text: string, { toLocalNetwork }: { toLocalNetwork: boolean }): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false
  return toLocalNetwork || !/^(localhost|127\.|10\.|192\.168\.|\[::1\])|\.localhost$/.test(url.hostname)
}

const unset: Fields = {
  url: '',
  name: '',
  description: '',
  token: null,
  // GitLab tells of pushes unless told not to.
  wants: new Set<HookTrigger>(['push_events']),
  verifiesSsl: true,
}

const create = (request: Request): Reply => {
  const { world, body } = request
  const project = projectOf(request)
  if (typeof body.url !== 'string') throw badParameter('url is missing')
  const hook: Hook = {
    id: nextId(world, 'hook'),
    uuid: randomUUID(),
    ...fields(request, unset),
    signingToken: null,
    createdAt: new Date(),
    failuresInRow: 0,
    pauses: 0,
    disabledUntil: null,
    events: [],
  }
  project.hooks.push(hook)
  callHooksOf(world, project)
  return created(present(project, hook))
}

const update = (request: Request): Reply => {
  const { project, hook } = named(request)
  Object.assign(hook, fields(request, hook))
  return ok(present(project, hook))
}

const remove = (request: Request): Reply => {
  const { project, hook } = named(request)
  project.hooks = project.hooks.filter((candidate) => candidate !== hook)
  return noContent()
}

const presentEvent = (hook: Hook, event: HookEvent) => ({
  id: event.id,
  url: hook.url,
  trigger: hooksName(event.trigger),
  request_headers: { ...event.headers, ...(hook.token !== null && { 'X-Gitlab-Token': '[REDACTED]' }) },
  request_data: JSON.parse(event.body),
  response_headers: event.responseHeaders,
  response_body: event.responseBody,
  execution_duration: event.seconds,
  response_status: String(event.status),
})

/** Newest first. */
const events = (request: Request): Reply => {
  const { hook } = named(request)
  return page(request, hook.events.toReversed(), (event) => presentEvent(hook, event), { counted: false })
}

const perMinute = 5
const asked = new WeakMap<Hook, number[]>()

/** Tests and resends of one hook are few, whoever asks: the application's own limit. */
function requireFew(hook: Hook): void {
  const lately = (asked.get(hook) ?? []).filter((at) => at > Date.now() - 60_000)
  if (lately.length >= perMinute)
    throw new Refusal(429, {
      message: { error: 'This endpoint has been requested too many times. Try again later.' },
    })
  asked.set(hook, [...lately, Date.now()])
}

const resend = async (request: Request): Promise<Reply> => {
  const { hook } = named(request)
  const event = hook.events.find(({ id }) => id === numberParam(request, 'eventId'))
  if (!event) throw notFound('Hook log')
  requireFew(hook)
  const again = await send(request.world, hook, event)
  return isSuccess(again) ? created({ response_status: again.status }) : unprocessable(again)
}

const test = async (request: Request): Promise<Reply> => {
  const { project, hook } = named(request)
  const { trigger: name } = request.params
  const trigger = hookTriggers.find((candidate) => candidate === name)
  if (!trigger && !otherEvents.includes(name ?? '')) throw badParameter('trigger does not have a valid value')
  requireFew(hook)
  const happening = trigger ? testHappening(project, trigger) : null
  if (!happening) throw new Refusal(422, { message: `Ensure the project has ${(name ?? '').replace(/_events$/, '')}.` })
  const body = JSON.stringify(payloadOf(request.world, project, happening))
  const event = await call(request.world, hook, { trigger: happening.trigger, body })
  return isSuccess(event) ? created({ message: '201 Created' }) : unprocessable(event)
}

const unprocessable = ({ status, responseBody }: HookEvent): Reply => ({
  status: 422,
  body: { message: responseBody || String(status) },
})

export const hookRoutes = {
  'GET /projects/:id/hooks': list,
  'POST /projects/:id/hooks': create,
  'GET /projects/:id/hooks/:hookId': show,
  'PUT /projects/:id/hooks/:hookId': update,
  'DELETE /projects/:id/hooks/:hookId': remove,
  'GET /projects/:id/hooks/:hookId/events': events,
  'POST /projects/:id/hooks/:hookId/events/:eventId/resend': resend,
  'POST /projects/:id/hooks/:hookId/test/:trigger': test,
}
