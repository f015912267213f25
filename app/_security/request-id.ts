/** Under this name a request's id comes from a proxy, goes to the browser, and stands in the log. */
export const requestIdHeader = 'x-request-id'

/** The id that a proxy in front has given, or a new one. What could not be an id is not repeated. */
export function requestIdOf(given: string | null): string {
  return given !== null && /^[\w.:-]{8,64}$/.test(given) ? given : crypto.randomUUID()
}
