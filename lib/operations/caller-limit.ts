import { countRequest, type Passage } from '#lib/db/rate-counts.ts'
import type { Actor } from '#lib/domain/access.ts'
import type { World } from '../context.ts'

/**
 * Requests in one minute: of one caller to the API, from one address with tokens that are nobody's, and from one address to
 * sign in with GitLab, where a whole office may stand behind it.
 */
const mostPerMinute = { recognized: 600, unknown: 60, signIn: 120 }

type Clocked = Pick<World, 'db' | 'now'>

/** Counts a request of somebody who was recognized; pages are not counted, what they ask of the API is. */
export const countCaller = ({ db, now }: Clocked, { kind, name }: Actor): Promise<Passage> =>
  countRequest(db, `api ${kind} ${name}`, { perMinute: mostPerMinute.recognized }, now())

/** Counts a request with a token that is nobody's: guessing is hopeless, but costs the database. */
export const countStranger = ({ db, now }: Clocked, address: string): Promise<Passage> =>
  countRequest(db, `api stranger ${address}`, { perMinute: mostPerMinute.unknown }, now())

/** Counts a step of signing in with GitLab: each of them writes something down, before anybody is known. */
export const countSignIn = ({ db, now }: Clocked, address: string): Promise<Passage> =>
  countRequest(db, `sign-in ${address}`, { perMinute: mostPerMinute.signIn }, now())
