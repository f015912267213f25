import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'

/** Answers are held against the fields that GitLab's own API description names. */

const file = join(import.meta.dirname, '../../../../shared/reference/gitlab/openapi-subset.json')

interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
}

/** The description calls every field of a merge request a string, whatever it is. */
const untyped = /API_Entities_(MergeRequest|MergeRequestBasic|User|IssuableTimeStats|ProjectWithAccess)$/

let gitlab: TestGitlab
beforeAll(async () => {
  gitlab = await startTestGitlab()
  const weekend = { freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1', cron_timezone: 'UTC' }
  await gitlab.ask('POST', `${project}/freeze_periods`, { body: weekend })
})
afterAll(() => gitlab.stop())

function problems(
  value: unknown,
  schema: Schema,
  description: { definitions: Record<string, Schema> },
  at: string,
): string[] {
  if (value === null || value === undefined) return []
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) as string
    const definition = description.definitions[name]
    if (!definition) return [`${at}: no definition ${name}`]
    if (Array.isArray(value))
      return value.flatMap((item, index) => problems(item, schema, description, `${at}[${index}]`))
    return fieldProblems(value as object, definition, description, at, untyped.test(name))
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${at}: not a list`]
    return value.flatMap((item, index) => problems(item, schema.items ?? {}, description, `${at}[${index}]`))
  }
  const type =
    typeof value === 'number' && schema.type === 'integer' && Number.isInteger(value) ? 'integer' : typeof value
  return schema.type && schema.type !== type ? [`${at}: ${type}, described as ${schema.type}`] : []
}

function fieldProblems(
  value: object,
  { properties = {} }: Schema,
  description: { definitions: Record<string, Schema> },
  at: string,
  isUntyped: boolean,
): string[] {
  return Object.entries(value).flatMap(([key, field]) => {
    const schema = properties[key]
    if (!schema) return [`${at}.${key}: not described`]
    if (isUntyped && !schema.$ref) return []
    return problems(field, schema, description, `${at}.${key}`)
  })
}

const project = '/projects/hello%2Fhello-app'
const described = '/api/v4/projects/{id}'

describe.skipIf(!existsSync(file))('GitLab’s API description (skipped without ../shared)', () => {
  const cases: [string, string][] = [
    [`${project}/environments?per_page=100`, `${described}/environments`],
    [`${project}/environments/3`, `${described}/environments/{environment_id}`],
    [`${project}/deployments?per_page=100`, `${described}/deployments`],
    [`${project}/deployments/2`, `${described}/deployments/{deployment_id}`],
    [`${project}/repository/branches?per_page=100`, `${described}/repository/branches`],
    [`${project}/repository/branches/master`, `${described}/repository/branches/{branch}`],
    [`${project}/repository/commits?per_page=100`, `${described}/repository/commits`],
    [`${project}/repository/commits/master`, `${described}/repository/commits/{sha}`],
    [`${project}/repository/compare?from=v1.0.0&to=master`, `${described}/repository/compare`],
    [`${project}/repository/tags`, `${described}/repository/tags`],
    [`${project}/merge_requests?per_page=100`, `${described}/merge_requests`],
    [`${project}/merge_requests/1`, `${described}/merge_requests/{merge_request_iid}`],
    [`${project}/pipelines?per_page=100`, `${described}/pipelines`],
    [`${project}/pipelines/1`, `${described}/pipelines/{pipeline_id}`],
    [`${project}/pipelines/1/jobs`, `${described}/pipelines/{pipeline_id}/jobs`],
    [`${project}/jobs?per_page=100`, `${described}/jobs`],
    [`${project}/jobs/1`, `${described}/jobs/{job_id}`],
    [`${project}/freeze_periods`, `${described}/freeze_periods`],
    ['/projects?simple=true', '/api/v4/projects'],
    [project, described],
    ['/metadata', '/api/v4/metadata'],
    ['/projects/1001/deployments?order_by=updated_at&sort=desc', `${described}/deployments`],
    ['/projects/1001/environments', `${described}/environments`],
  ]

  test.each(cases)('%s', async (path, described) => {
    const description = JSON.parse(readFileSync(file, 'utf8'))
    const { status, body } = await gitlab.ask('GET', path)
    expect(status).toBe(200)
    const schema = description.paths[described].get.responses['200'].schema ?? {
      $ref: '#/definitions/API_Entities_MergeRequestBasic',
    }
    expect([
      ...new Set(problems(body, schema, description, '').map((words) => words.replace(/\[\d+\]/g, '[]'))),
    ]).toEqual([])
  })
})
