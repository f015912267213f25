/** Answers that many callers share are written out once. */
const written = new WeakMap<object, string>()

/** An answer as JSON that nobody on the way keeps. */
export function json(value: object, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', ...init.headers }
  const text = written.get(value) ?? JSON.stringify(value)
  written.set(value, text)
  return new Response(text, { ...init, headers })
}
