import type { FindingSubject } from './finding.ts'

/** The subject behind a `subjectKey`; `null` for anything else, and for a host. An environment's name is not in its key. */
export function subjectOf(key: string): Exclude<FindingSubject, { kind: 'host' | 'heroku' }> | null {
  const environmentId = /^environment:([1-9]\d{0,14})$/.exec(key)?.[1]
  if (environmentId !== undefined) return { kind: 'environment', environmentId: Number(environmentId), name: '' }
  const [, host, app] = /^app:([^/]+)\/([^/]+)$/.exec(key) ?? []
  if (host !== undefined && app !== undefined) return { kind: 'app', host, app }
  const [, on, plugin, name] = /^database:([^/]+)\/([^/]+)\/([^/]+)$/.exec(key) ?? []
  if (on !== undefined && plugin !== undefined && name !== undefined)
    return { kind: 'database', host: on, plugin, name }
  return null
}
