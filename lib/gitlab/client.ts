import { createRequesterFn } from '@gitbeaker/requester-utils'
import {
  Branches,
  Commits,
  Deployments,
  Environments,
  FreezePeriods,
  GroupVariables,
  Jobs,
  Lint,
  MergeRequests,
  Metadata,
  PersonalAccessTokens,
  Pipelines,
  ProjectHooks,
  ProjectProtectedEnvironments,
  Projects,
  ProjectVariables,
  ProtectedBranches,
  ProtectedTags,
  Repositories,
  RepositoryFiles,
  Runners,
  Tags,
  Users,
} from '@gitbeaker/rest'
import { ownAddress, strangeAnswer } from './failure.ts'
import { nextPageOf } from './pages.ts'
import { type Answer, askedBy, type Call, type Transport } from './transport.ts'

export type Client = ReturnType<typeof createClient>

/**
 * Gitbeaker's resources over Berth's own transport. Gitbeaker knows the paths and the queries; it neither waits, repeats nor
 * limits here, and what it says of an answer's type is not believed: `schema.ts` is.
 */
export function createClient(options: { url: string; transport: Transport }) {
  const host = options.url.replace(/\/+$/, '')
  const apiUrl = new URL(`${host}/api/v4/`).href
  const requesterFn = createRequesterFn(
    (_resource, request) => Promise.resolve(request),
    async (endpoint, request = {}) => {
      const call = callOf(apiUrl, endpoint, request)
      const answer = await options.transport.send(call)
      const body = bodyOf(call, answer)
      const headers = Object.fromEntries(answer.headers)
      if (Array.isArray(body)) headers['x-next-page'] = nextPageOf(askedBy(call), answer.headers, body.length)
      return { status: answer.status, headers, body: body as string }
    },
  )
  const resource = {
    host,
    // The transport puts the token of the moment in its place.
    oauthToken: '',
    requesterFn,
    queryTimeout: null,
    rateLimits: {},
  }
  return {
    accessTokens: new PersonalAccessTokens(resource),
    branches: new Branches(resource),
    commits: new Commits(resource),
    deployments: new Deployments(resource),
    environments: new Environments(resource),
    freezePeriods: new FreezePeriods(resource),
    groupVariables: new GroupVariables(resource),
    jobs: new Jobs(resource),
    lint: new Lint(resource),
    mergeRequests: new MergeRequests(resource),
    metadata: new Metadata(resource),
    pipelines: new Pipelines(resource),
    projectHooks: new ProjectHooks(resource),
    projects: new Projects(resource),
    projectVariables: new ProjectVariables(resource),
    protectedBranches: new ProtectedBranches(resource),
    protectedEnvironments: new ProjectProtectedEnvironments(resource),
    protectedTags: new ProtectedTags(resource),
    repositories: new Repositories(resource),
    repositoryFiles: new RepositoryFiles(resource),
    runners: new Runners(resource),
    tags: new Tags(resource),
    users: new Users(resource),
  }
}

function callOf(apiUrl: string, endpoint: string, request: Record<string, unknown>): Call {
  const { method = 'GET', searchParams = '', headers = {}, body, prefixUrl = apiUrl } = request
  // Resources that live in several places leave the first part of their path to `prefixUrl`.
  const place = new URL(String(prefixUrl)).href.slice(apiUrl.length)
  const path = place === '' ? endpoint : `${place}/${endpoint}`
  return {
    method: String(method),
    path,
    apiUrl,
    query: String(searchParams),
    headers: {
      ...(headers as Record<string, string>),
      accept: path.endsWith('/trace') ? 'text/plain' : 'application/json',
    },
    body: typeof body === 'string' ? body : undefined,
  }
}

/** A job's log is text and may be empty, and 204 has nothing to say; everything else that Berth asks for is JSON. */
function bodyOf(call: Call, { status, headers, text }: Answer): unknown {
  const asked = askedBy(call)
  if (status === 204) return null
  if (/html/i.test(headers.get('content-type') ?? '')) {
    throw strangeAnswer(asked, `a web page; ${ownAddress}`)
  }
  if (call.path.endsWith('/trace')) return text
  if (text.trim() === '') throw strangeAnswer(asked, 'nothing')
  try {
    return JSON.parse(text)
  } catch {
    throw strangeAnswer(asked, 'something that is not JSON')
  }
}
