import { mayAct, type TokenFacts } from './connections.ts'

/** What came of asking an address whether it is a GitLab that takes a token. */
export type GitlabCheck =
  | { kind: 'ok'; facts: TokenFacts }
  /** The address cannot be meant; nothing was asked. */
  | { kind: 'address'; because: 'not-https' | 'not-a-url' | 'has-more' }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'tls'; reason: string }
  | { kind: 'redirect'; to: string }
  | { kind: 'not-gitlab'; saw: string }
  | { kind: 'token'; because: 'unknown' | 'expired' | 'strange' }
  | { kind: 'scope'; scopes: string[] }
  | { kind: 'inactive'; username: string }

/** What is the matter with something that was entered, and the way out. */
export interface Flaw {
  /** The field that it is about; `null`: about the whole. */
  field: string | null
  words: string
  remedy: string
  /** A line to run elsewhere. */
  command?: string
}

/** In plain words; `null` when all is well. */
export function gitlabFlaw(check: GitlabCheck, host: string): Flaw | null {
  switch (check.kind) {
    case 'ok':
      return null
    case 'address':
      return { field: 'url', ...addressWords[check.because] }
    case 'unreachable':
      return {
        field: 'url',
        words: `Nothing answers at ${host}: ${check.reason}.`,
        remedy: 'Check the address, and that the machine on which Berth runs may reach it.',
      }
    case 'tls':
      return {
        field: 'url',
        words: `The connection to ${host} cannot be trusted: ${check.reason}.`,
        remedy:
          'The token was not sent. With a certificate authority of your own, start Berth with NODE_EXTRA_CA_CERTS set to its certificate.',
      }
    case 'redirect':
      return {
        field: 'url',
        words: `${host} sends on to ${check.to}.`,
        remedy: 'The token was not sent. Enter GitLab’s own address, the one that it has in its pages.',
      }
    case 'not-gitlab':
      return {
        field: 'url',
        words: `What answers at ${host} is not GitLab: ${check.saw}.`,
        remedy: 'The token was not sent. A GitLab below a path has that path in its address.',
      }
    case 'token':
      return { field: 'token', ...tokenWords[check.because] }
    case 'scope':
      return {
        field: 'token',
        words:
          check.scopes.length === 0
            ? 'This token has no scope.'
            : `This token has the scope ${check.scopes.join(', ')}, and neither read_api nor api.`,
        remedy: 'Make one with read_api, to look, or with api, to act too.',
      }
    case 'inactive':
      return {
        field: 'token',
        words: `${check.username}, whose token this is, is blocked in GitLab.`,
        remedy: 'Use the token of somebody who is active, or of a group or project.',
      }
  }
}

/** What a token that is taken cannot do, or not for long; `null` when there is nothing to say. */
export function tokenWarning(facts: TokenFacts, asOf: Date): string | null {
  const days = facts.expiresOn === null ? null : daysUntil(facts.expiresOn, asOf)
  if (days !== null && days <= warnDays)
    return `It ends ${days <= 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`}, on ${facts.expiresOn}.`
  if (!mayAct(facts)) return 'It may only look: what the operator, API tokens and policies do takes the scope api.'
  return null
}

const warnDays = 14
const dayMs = 86_400_000

const daysUntil = (day: string, asOf: Date): number => Math.ceil((Date.parse(day) - asOf.getTime()) / dayMs)

const addressWords = {
  'not-a-url': {
    words: 'That is not an address.',
    remedy: 'Write it as the browser shows it: https://gitlab.example.jp',
  },
  'not-https': {
    words: 'Without TLS everybody on the way could read the token.',
    remedy: 'Enter an address that begins with https://. Plain HTTP is taken for this machine alone.',
  },
  'has-more': {
    words: 'The address holds more than where GitLab is.',
    remedy: 'Leave out a user, a password, and whatever follows ? or #.',
  },
}

const tokenWords = {
  unknown: {
    words: 'GitLab does not take this token: it never gave it, or it was revoked.',
    remedy: 'Copy it again, whole; or it belongs to another GitLab.',
  },
  expired: { words: 'This token has ended.', remedy: 'Make a new one in GitLab, or rotate this one, and enter that.' },
  strange: {
    words: 'GitLab does not take this as an access token.',
    remedy: 'Enter a personal, group or project access token; a deploy token or a runner’s cannot ask the API.',
  },
}
