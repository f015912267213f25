import type { UrlProbe } from '#lib/domain/url-probe.ts'

export type ProbeFailure = NonNullable<UrlProbe['failure']>

const unreachable = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'])

/** A connection that brought no answer. Of the cause only Node's code is looked at: its message may quote what came. */
export function connectionFailure(error: unknown, hostName: string): ProbeFailure {
  const code = codeOf(error)
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'answer', words: `${hostName} answered with endless headers.` }
  if (code.startsWith('HPE_')) return { kind: 'answer', words: `What ${hostName} answered is not HTTP.` }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return { kind: 'answer', words: `${hostName} does not speak TLS there.` }
  if (code === 'ETIMEDOUT') return { kind: 'timeout', words: `${hostName} did not take the connection.` }
  if (code === 'ECONNREFUSED') return { kind: 'refused', words: `Nobody listens at ${hostName}.` }
  if (unreachable.has(code)) return { kind: 'refused', words: `No route leads to ${hostName}.` }
  return { kind: 'refused', words: `${hostName} broke the connection off.` }
}

/** Several addresses that were tried in turn fail as one error that holds the others; the first address speaks for all. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  return first instanceof Error && 'code' in first ? String(first.code) : ''
}
