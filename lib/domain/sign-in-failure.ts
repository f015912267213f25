/** What to tell somebody whose sign-in came back with this code: OAuth's own, better-auth's, or one of Berth's. */
export const signInFailure = (code: string): string =>
  Object.hasOwn(words, code) ? (words[code as keyof typeof words] ?? otherwise) : otherwise

const otherwise = 'The sign-in with GitLab failed. Try again.'

const words = {
  access_denied: 'Berth was not allowed to act for you in GitLab, so nobody was signed in.',
  closed: 'Nobody signs in with GitLab here.',
  elsewhere: 'One signs in from Berth’s own page only. Try again.',
  ended: 'Your sign-in with GitLab has ended. Sign in again.',
  invalid_code: 'GitLab did not confirm the sign-in. Try again; Berth’s log says why.',
  no_code: 'GitLab did not confirm the sign-in. Try again.',
  state_mismatch:
    'This sign-in was begun in another browser, was used before, or took longer than ten minutes. Try again.',
  state_not_found: 'This sign-in was not begun here. Try again.',
  too_many: 'Too many sign-ins came from your address. Try again in a minute.',
  unable_to_get_user_info: 'GitLab did not say who you are: a blocked account cannot sign in.',
  unavailable: 'Signing in does not work at the moment. Try again.',
}
