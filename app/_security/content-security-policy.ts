/**
 * What a page of Berth may load and where it may send: its own scripts, by this answer's nonce alone, and its own styles,
 * pictures and streams. `signInOrigins` are GitLab's: a browser holds `form-action` against every redirect of a form too.
 */
export function contentSecurityPolicy({
  nonce,
  signInOrigins,
  isDevelopment,
}: {
  nonce: string
  signInOrigins: readonly string[]
  isDevelopment: boolean
}): string {
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'none'"],
    // React's development build explains errors by evaluating code; what is shipped never does.
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])],
    'style-src': ["'self'", isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    'img-src': ["'self'"],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(isDevelopment ? ['ws:'] : [])],
    'form-action': ["'self'", ...signInOrigins],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}
