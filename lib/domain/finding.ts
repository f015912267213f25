import type { AppLocation } from './mapping.ts'

/** What can be the matter with an environment: decided with its row of the board. */
export const environmentFindingKinds = [
  'app-down',
  'app-missing',
  'url-failing',
  'deployment-failed',
  'commit-drift',
  'release-failed',
  'certificate-expiring',
  'stop-failed',
  'stopped-but-up',
  'merged-but-up',
  'branch-gone',
  'stale',
] as const
export type EnvironmentFindingKind = (typeof environmentFindingKinds)[number]

/** What can be the matter with Heroku itself. */
export const herokuFindingKinds = ['heroku-unreachable', 'heroku-key-refused'] as const
export type HerokuFindingKind = (typeof herokuFindingKinds)[number]

/** What can be the matter with a Dokku host, or with what is on it: decided over the whole host. */
export const hostFindingKinds = [
  'host-unreachable',
  'host-key-changed',
  'plugin-missing',
  'disk-low',
  'app-limit',
  'name-collision',
  'app-without-environment',
  'database-left',
  'database-unlinked',
] as const
export type HostFindingKind = (typeof hostFindingKinds)[number]

export const findingKinds = [...environmentFindingKinds, ...hostFindingKinds, ...herokuFindingKinds] as const
export type FindingKind = (typeof findingKinds)[number]

/** A Dokku service by its whole name. */
export interface ServiceLocation {
  /** Name of a configured Dokku host. */
  host: string
  /** `postgres`, … */
  plugin: string
  name: string
}

/** What a finding is about. */
export type FindingSubject =
  | { kind: 'environment'; environmentId: number; name: string }
  | ({ kind: 'app' } & AppLocation)
  | ({ kind: 'database' } & ServiceLocation)
  | { kind: 'host'; host: string }
  | { kind: 'heroku' }

/** What one source says, as far as the finding rests on it. Its age is that of the source, which is shown beside. */
export interface Evidence {
  /** `gitlab:42`, `dokku:review`, `heroku`, or `url:7` for the probe of environment 7. */
  source: string
  words: string
}

/** A way out, and the button that leads there. `by-hand` has none: its words say what to do. */
export interface Resolution {
  act: 'stop' | 'sweep' | 'restart' | 'rebuild' | 'redeploy' | 'by-hand'
  words: string
}

/** Somebody knows, and does not want to be told until then. */
export interface Snooze {
  until: Date
  reason: string
  by: string
}

/** A named disagreement between sources, with evidence and the ways to resolve it. */
export interface Finding {
  kind: FindingKind
  subject: FindingSubject
  severity: 'critical' | 'attention'
  /** One sentence, to be understood without the rest. */
  words: string
  evidence: Evidence[]
  resolutions: Resolution[]
  /** When the disagreement began as far as a source tells, else when it was first seen. */
  since: Date
  snooze: Snooze | null
}

/** A finding as Berth remembers it, from when it was first seen until it ended by itself. */
export interface StoredFinding extends Finding {
  id: string
  /** The project whose page shows it; `null` when it concerns none in particular. */
  projectId: number | null
  projectPath: string | null
  host: string | null
  openedAt: Date
  /** `null` while it is open. */
  closedAt: Date | null
  /** A source that it rests on is too old to tell whether it still holds, since then; `null` while it is known. */
  unknownSince: Date | null
}

/** One text for one subject, for ever: `environment:7`, `app:review/foo`, `database:review/postgres/foo-database`, `host:review`. */
export function subjectKey(subject: FindingSubject): string {
  switch (subject.kind) {
    case 'environment':
      return `environment:${subject.environmentId}`
    case 'app':
      return `app:${subject.host}/${subject.app}`
    case 'database':
      return `database:${subject.host}/${subject.plugin}/${subject.name}`
    case 'host':
      return `host:${subject.host}`
    case 'heroku':
      return 'heroku'
  }
}

/** Tells a finding from all others that are open: `commit-drift environment:7`. */
export const findingKey = ({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): string =>
  `${kind} ${subjectKey(subject)}`

/** What Berth remembers of findings that are open: since when, and who snoozed them. By `findingKey`. */
export type KnownFindings = ReadonlyMap<string, { since: Date; snooze: Snooze | null }>

/**
 * What was just found, with what is known of it from before: since when, where no source tells (`null`), and its snooze, as
 * long as that lasts.
 */
export function remembered(
  found: Omit<Finding, 'since' | 'snooze'> & { since: Date | null },
  known: KnownFindings,
  asOf: Date,
): Finding {
  const before = known.get(findingKey(found))
  const snooze = before && isSnoozed(before, asOf) ? before.snooze : null
  return { ...found, since: found.since ?? before?.since ?? asOf, snooze }
}

/** Whether a person still wants to be told. */
export const isSnoozed = ({ snooze }: Pick<Finding, 'snooze'>, asOf: Date): boolean =>
  snooze !== null && snooze.until > asOf
