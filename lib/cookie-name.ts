import type { Env } from './env.ts'

/** `__Host-` binds a cookie to this host and to TLS; a browser refuses such a name on plain HTTP. */
export const cookieName = ({ BERTH_URL: url }: Pick<Env, 'BERTH_URL'>, name: string): string =>
  url?.startsWith('https:') ? `__Host-berth_${name}` : `berth_${name}`
