import { createHmac, randomUUID } from 'node:crypto'
import { type Happening, listenTo } from './happening.ts'
import { payloadOf } from './hook-payloads.ts'
import { type Hook, type HookEvent, type HookTrigger, nextId, type Project, type World } from './world.ts'

const eventNames: Record<HookTrigger, string> = {
  push_events: 'Push Hook',
  tag_push_events: 'Tag Push Hook',
  merge_requests_events: 'Merge Request Hook',
  pipeline_events: 'Pipeline Hook',
  job_events: 'Job Hook',
  deployment_events: 'Deployment Hook',
}

/** GitLab waits this long for an answer. */
const timeoutMs = 10_000
const keptEvents = 500
const keptBody = 8192

const minuteMs = 60_000
const longestPauseMs = 24 * 60 * minuteMs
/** The failure in a row that disables a hook for a while, and the one that does for good. */
const failures = { pausing: 4, disabling: 40 }

/** Calls under way and to come of one world; ended when its server stops. */
const underWay = new WeakMap<World, AbortController>()

const callsOf = (world: World): AbortController => {
  const known = underWay.get(world) ?? new AbortController()
  underWay.set(world, known)
  return known
}

export const stopCalling = (world: World): void => callsOf(world).abort()

/** From here on the project's hooks are called for what happens in it: at once, each by itself, in no order that anybody promises. */
export function callHooksOf(world: World, project: Project): void {
  listenTo(project, (happening) => {
    const wanted = project.hooks.filter((hook) => hook.wants.has(happening.trigger) && isCalled(world, hook))
    if (wanted.length === 0) return
    // As it is now: a later change must not show in what is sent a moment from now.
    const body = JSON.stringify(payloadOf(world, project, happening))
    const eventUuid = randomUUID()
    for (const hook of wanted) void call(world, hook, { trigger: happening.trigger, body, eventUuid })
  })
}

export const alertStatus = ({ disabledUntil, failuresInRow }: Hook, asOf: Date) =>
  failuresInRow >= failures.disabling && disabledUntil === null
    ? 'disabled'
    : disabledUntil !== null && disabledUntil > asOf
      ? 'temporarily_disabled'
      : 'executable'

const isCalled = (world: World, hook: Hook): boolean =>
  !world.hookRules.disabling || alertStatus(hook, new Date()) === 'executable'

/** Sends something for the first time. A test is sent whether the hook is disabled or not; when it arrives, the hook is called again. */
export function call(
  world: World,
  hook: Hook,
  { trigger, body, eventUuid = randomUUID() }: { trigger: HookTrigger; body: string; eventUuid?: string },
): Promise<HookEvent> {
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'GitLab/18.6.1',
    'X-Gitlab-Event': eventNames[trigger],
    'X-Gitlab-Webhook-UUID': hook.uuid,
    'X-Gitlab-Instance': world.url,
    'X-Gitlab-Event-UUID': eventUuid,
    'Idempotency-Key': randomUUID(),
  }
  return send(world, hook, { trigger, headers, body })
}

/** Sends it, the same key again for what was sent before, and remembers how it went. */
export async function send(
  world: World,
  hook: Hook,
  { trigger, headers, body }: Pick<HookEvent, 'trigger' | 'headers' | 'body'>,
): Promise<HookEvent> {
  const at = new Date()
  const event = {
    id: nextId(world, 'hookEvent'),
    trigger,
    at,
    headers,
    body,
    ...(await answerOf(world, hook, { headers, body })),
  }
  hook.events.push(event)
  if (hook.events.length > keptEvents) hook.events.shift()
  noteResult(world, hook, event)
  return event
}

async function answerOf(
  world: World,
  hook: Hook,
  { headers, body }: Pick<HookEvent, 'headers' | 'body'>,
): Promise<Pick<HookEvent, 'status' | 'responseHeaders' | 'responseBody' | 'seconds'>> {
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      headers: { ...headers, ...secretHeaders(hook, { headers, body }) },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), callsOf(world).signal]),
    })
    const responseBody = (await response.text()).slice(0, keptBody)
    return {
      status: response.status,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody,
      seconds: seconds(),
    }
  } catch (error) {
    const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
    return { status: 'internal error', responseHeaders: {}, responseBody: why, seconds: seconds() }
  }
}

/** What is not kept with the event: the token in the clear, and the signature (Standard Webhooks), made anew for each sending. */
function secretHeaders(hook: Hook, { headers, body }: Pick<HookEvent, 'headers' | 'body'>): Record<string, string> {
  const plain: Record<string, string> = hook.token === null ? {} : { 'X-Gitlab-Token': hook.token }
  if (hook.signingToken === null) return plain
  const id = headers['Idempotency-Key'] ?? ''
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', keyOf(hook.signingToken)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    ...plain,
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}

const keyOf = (signingToken: string): Buffer =>
  signingToken.startsWith('whsec_')
    ? Buffer.from(signingToken.slice('whsec_'.length), 'base64')
    : Buffer.from(signingToken)

export const isSuccess = ({ status }: Pick<HookEvent, 'status'>): boolean =>
  typeof status === 'number' && status >= 200 && status < 400

function noteResult(world: World, hook: Hook, event: HookEvent): void {
  if (isSuccess(event)) return void Object.assign(hook, { failuresInRow: 0, pauses: 0, disabledUntil: null })
  if (!world.hookRules.disabling) return
  hook.failuresInRow += 1
  if (hook.failuresInRow >= failures.disabling) hook.disabledUntil = null
  else if (hook.failuresInRow >= failures.pausing) {
    hook.disabledUntil = new Date(Date.now() + Math.min(minuteMs * 2 ** hook.pauses, longestPauseMs))
    hook.pauses += 1
  }
}

/** What a test sends, about the newest thing of its kind; `null` when the project has none. */
export function testHappening(project: Project, trigger: HookTrigger): Happening | null {
  const sha = project.branches.get(project.defaultBranch)
  const commit = sha === undefined ? undefined : project.commits.get(sha)
  const newest = <Value>(values: Iterable<Value>): Value | undefined => [...values].at(-1)
  switch (trigger) {
    case 'push_events':
    case 'tag_push_events': {
      const tag = newest(project.tags)
      const user = newest(project.pipelines.values())?.user
      if (!commit || !user || (trigger === 'tag_push_events' && !tag)) return null
      return trigger === 'tag_push_events' && tag
        ? { trigger, name: tag[0], before: null, after: tag[1], user }
        : { trigger, name: project.defaultBranch, before: commit.parentIds[0] ?? null, after: commit.id, user }
    }
    case 'merge_requests_events': {
      const mergeRequest = newest(project.mergeRequests)
      return mergeRequest ? { trigger, mergeRequest, action: 'update', user: mergeRequest.author } : null
    }
    case 'pipeline_events': {
      const pipeline = newest(project.pipelines.values())
      return pipeline ? { trigger, pipeline } : null
    }
    case 'job_events': {
      const job = newest(project.jobs.values())
      return job ? { trigger, job } : null
    }
    case 'deployment_events': {
      const deployment = newest(project.deployments.values())
      return deployment ? { trigger, deployment } : null
    }
  }
}
