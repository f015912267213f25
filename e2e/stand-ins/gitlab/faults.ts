/** A way to misbehave, for the requests that match. */
export interface Fault {
  // `GET /projects/*/deployments`: a method or `*`, then a path below `/api/v4` where `*` is one part and `**` any number.
  match: string
  status?: number
  /** With 429: in the application's JSON, without headers, instead of the front limiter's text. */
  json?: boolean
  retryAfterSeconds?: number
  /** An error page in HTML, as a proxy before GitLab gives. */
  html?: boolean
  delayMs?: number
  /** Never answer. */
  hang?: boolean
  /** Drop the connection. */
  refuse?: boolean
  /** How many requests it strikes; unset, all until it is taken away. */
  times?: number
}

const pattern = (match: string): RegExp => {
  const [method = '*', path = '/**'] = match.split(' ')
  const parts = path
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${method === '*' ? '[A-Z]+' : method} ${parts.join('')}$`)
}

/** The first fault that strikes this request; counts it down. */
export function strike(faults: Fault[], method: string, path: string): Fault | undefined {
  const fault = faults.find((candidate) => candidate.times !== 0 && pattern(candidate.match).test(`${method} ${path}`))
  if (fault?.times !== undefined) fault.times -= 1
  return fault
}
