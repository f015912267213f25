import type { Failure } from '#lib/domain/errors.ts'

/** What a check is about; the page and the exported text go by these, in this order. */
export const checkGroups = [
  'pipeline',
  'runners',
  'variables',
  'environments',
  'stop',
  'hosts',
  'webhook',
  'protection',
  'connection',
] as const
export type CheckGroup = (typeof checkGroups)[number]

export const checkGroupWords: Record<CheckGroup, string> = {
  pipeline: 'Pipeline',
  runners: 'Runners',
  variables: 'CI/CD variables',
  environments: 'Environments and apps',
  stop: 'Stopping review apps',
  hosts: 'Dokku hosts',
  webhook: 'Webhook',
  protection: 'Who may deploy',
  connection: 'Berth’s own connection',
}

/** From worst to best. `unknown`: a source did not say, so nobody can tell. */
export const checkStates = ['problem', 'warning', 'unknown', 'ok'] as const
export type CheckState = (typeof checkStates)[number]

/** The way out of what a check found. */
export type Fix =
  | { kind: 'operation'; act: 'create-variables'; words: string }
  /** To be copied: a command for a host's administrator, a line for the pipeline file. */
  | { kind: 'command'; words: string; text: string }
  | { kind: 'link'; words: string; href: string }

/** One thing that has to be right for the wiring to work, and whether it is. */
export interface Check {
  group: CheckGroup
  name: string
  state: CheckState
  /** Why, in a sentence that is understood without the rest. */
  words: string
  /** What was seen, a line each. No value of any variable stands here. */
  evidence: string[]
  fix: Fix | null
}

/** A check whose group is clear from where it stands. */
export type Judged = Omit<Check, 'group'>

export const ok = (name: string, words: string, evidence: string[] = []): Judged => ({
  name,
  state: 'ok',
  words,
  evidence,
  fix: null,
})

export const found = (
  state: Exclude<CheckState, 'ok'>,
  name: string,
  words: string,
  { evidence = [], fix = null }: { evidence?: string[]; fix?: Fix | null } = {},
): Judged => ({ name, state, words, evidence, fix })

/** What a source was asked: its answer, or why there is none. */
export type Told<Value> = { value: Value } | { failure: Failure }

/** Judges what was told; where nothing was, the check is `unknown` with the source's words. */
export function judged<Value>(name: string, told: Told<Value>, judge: (value: Value) => Judged): Judged {
  if ('value' in told) return judge(told.value)
  return found('unknown', name, told.failure.message)
}

/** What was told, or this instead. */
export const toldOr = <Value, Otherwise>(told: Told<Value>, otherwise: Otherwise): Value | Otherwise =>
  'value' in told ? told.value : otherwise

/** A short list for a sentence: `a, b, c and 4 more`. */
export function some(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most)
  const rest = names.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

/** `1 review app`, `3 review apps` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
