import type { Reply } from './reply.ts'
import type { User, World } from './world.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

function htmlPage(status: number, title: string, body: string): Reply {
  const style =
    'body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#28272d}button{font:inherit;display:block;width:100%;margin:.5rem 0;padding:.5rem 1rem;border:1px solid #bfbfc3;border-radius:.25rem;background:#fff;text-align:left;cursor:pointer}button.confirm{background:#1f75cb;border-color:#1f75cb;color:#fff;text-align:center}small{color:#626168}'
  return {
    status,
    body: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} · GitLab</title><meta name="viewport" content="width=device-width"><style>${style}</style></head><body>${body}</body></html>\n`,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  }
}

/** Instead of passwords there is one button for each person; what they may in which project stands beside. */
export function signInPage(world: World, backTo: string, levelsOf: (user: User) => string): Reply {
  const buttons = world.users
    .filter(({ id }) => id !== 1)
    .map(
      (user) =>
        `<button name="username" value="${escaped(user.username)}">Sign in as ${escaped(user.name)} <small>@${escaped(user.username)} · ${escaped(levelsOf(user))}</small></button>`,
    )
  return htmlPage(
    200,
    'Sign in',
    `<h1>GitLab <small>(stand-in)</small></h1><p>Who are you? The real GitLab asks for a password.</p><form method="post" action="/users/sign_in"><input type="hidden" name="back" value="${escaped(backTo)}">${buttons.join('')}</form>`,
  )
}

/** What a real GitLab asks the first time that an application wants to act for somebody. */
export function consentPage(user: User, query: URLSearchParams): Reply {
  const fields = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const scopes = (query.get('scope') ?? '').split(' ').map((scope) => `<li>${escaped(scope)}</li>`)
  return htmlPage(
    200,
    'Authorize Berth',
    `<h1>Berth is requesting access to your account</h1><p>${escaped(user.name)} (@${escaped(user.username)}), this application will be able to:</p><ul>${scopes.join('')}</ul><form method="post" action="/oauth/authorize">${fields.join('')}<button class="confirm" name="decision" value="authorize">Authorize Berth</button><button name="decision" value="deny">Cancel</button></form>`,
  )
}

export const errorPage = (status: number, words: string): Reply =>
  htmlPage(status, 'An error has occurred', `<h1>An error has occurred</h1><p>${escaped(words)}</p>`)
