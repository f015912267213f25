/**
 * Whether a request that changes something comes from Berth's own pages. A browser names the origin of every such request;
 * `Sec-Fetch-Site` says it even behind a proxy that changes the host. `publicUrl` is Berth's address where it is configured.
 */
export function provesSameOrigin(headers: Headers, publicUrl: string | null): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin === null || !URL.canParse(origin)) return false
  const ownHost = publicUrl === null ? headers.get('host') : new URL(publicUrl).host
  return new URL(origin).host === ownHost
}
