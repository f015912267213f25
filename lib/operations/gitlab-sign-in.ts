import { appendAudit } from '#lib/db/audit.ts'
import { endPersonSession, isSignedInAnywhere, personById } from '#lib/db/people.ts'
import { ownPath } from '#lib/domain/own-path.ts'
import { signInFailure } from '#lib/domain/sign-in-failure.ts'
import { addressOf } from './caller-address.ts'
import { revokeTokens } from './gitlab-token.ts'
import { createPersonAuth, type SignInOptions } from './person-auth.ts'
import { personName } from './person-name.ts'

/** Signing in with GitLab: OAuth's authorization code with PKCE, by better-auth; sessions are in the database. */
export interface GitlabSignIn {
  /** Where to send the browser, and the cookies it has to bring back. `next` is where it wanted to go. */
  begin(next: string | null, headers: Headers): Promise<{ url: string; cookies: string[] }>
  /** GitLab's answer, which a browser brings to `/api/auth/callback/gitlab`: a redirect, with the session's cookie when it went well. */
  finish(request: Request): Promise<Response>
  /** Whose session the cookie is; `null` when it is nobody's or has ended. */
  sessionOf(headers: Headers): Promise<PersonalSession | null>
  /** Ends the session, and GitLab's tokens with the last one of the person. */
  end(headers: Headers): Promise<void>
}

export interface PersonalSession {
  id: string
  personId: string
}

export function createGitlabSignIn(options: SignInOptions): GitlabSignIn {
  const { world, url } = options
  const auth = createPersonAuth(options, (personId, headers) => welcome(world, personId, headers))
  const sessionOf: GitlabSignIn['sessionOf'] = async (headers) => {
    const found = await auth.api.getSession({ headers })
    return found && { id: found.session.id, personId: found.user.id }
  }
  return {
    sessionOf,
    async begin(next, headers) {
      const path = ownPath(next)
      const errorCallbackURL = path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
      const body = { provider: 'gitlab', callbackURL: path, errorCallbackURL, disableRedirect: true }
      const answer = await auth.api.signInSocial({ body, headers, returnHeaders: true })
      if (!answer.response.url) throw new Error('better-auth gave no address to sign in at.')
      return { url: answer.response.url, cookies: answer.headers.getSetCookie() }
    },
    async finish(request) {
      const response = await auth.handler(request)
      const failure = failureIn(response, url)
      if (failure !== null) await auditRefusal(world, failure, request.headers)
      return response
    },
    async end(headers) {
      const session = await sessionOf(headers)
      if (session) await endSession(options, session)
    },
  }
}

async function welcome({ db, now }: SignInOptions['world'], personId: string, headers: Headers): Promise<void> {
  const person = await personById(db, personId)
  if (!person) return
  await appendAudit(db, {
    at: now(),
    actor: { name: personName(person.username), via: 'page' },
    action: 'sign-in',
    projectId: null,
    target: personName(person.username),
    outcome: 'succeeded',
    words: `Signed in with GitLab from ${addressOf(headers)}.`,
  })
}

/** The code with which a sign-in came back to its page; `null` when it went well. */
function failureIn(response: Response, url: string): string | null {
  const location = response.headers.get('location') ?? ''
  if (!URL.canParse(location, url)) return 'unexpected'
  const { pathname, searchParams } = new URL(location, url)
  return pathname === '/sign-in' ? (searchParams.get('error') ?? 'unexpected') : null
}

async function auditRefusal({ db, now }: SignInOptions['world'], code: string, headers: Headers): Promise<void> {
  await appendAudit(db, {
    at: now(),
    actor: { name: 'somebody', via: 'page' },
    action: 'sign-in',
    projectId: null,
    target: 'GitLab',
    outcome: 'refused',
    words: `${signInFailure(code)} From ${addressOf(headers)}.`,
  })
}

async function endSession({ world, oauth }: SignInOptions, session: PersonalSession): Promise<void> {
  const { db, now } = world
  const person = await personById(db, session.personId)
  await endPersonSession(db, session, now())
  const isElsewhere = await isSignedInAnywhere(db, session.personId, now())
  const isRevoked = !isElsewhere && (await revokeTokens({ ...world, oauth }, session.personId))
  if (!person) return
  await appendAudit(db, {
    at: now(),
    actor: { name: personName(person.username), via: 'page' },
    action: 'sign-out',
    projectId: null,
    target: personName(person.username),
    outcome: 'succeeded',
    words: isElsewhere
      ? 'Signed out; still signed in elsewhere.'
      : isRevoked
        ? 'Signed out; GitLab ended the tokens.'
        : 'Signed out; GitLab did not confirm that it ended the tokens.',
  })
}
