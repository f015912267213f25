import { withoutPasswords } from './address-password.ts'

/** Tokens by their form: GitLab's own (`glpat-…`), those of Slack's hooks, Berth's, and whatever stands after `Bearer`. */
const tokens =
  /\b(?:gl[a-z]{2,8}-[\w.-]{8,}|gloas-[\w.-]{8,}|berth_[\w-]{8,}|xox[a-z]-[\w-]{8,})|(?<=\bBearer )[^\s"',;]+|(?<=\/services\/)[\w/]{8,}|(?<=\/hooks\/)[a-z0-9]{16,}/gi

/** Names of parameters whose value is nobody's business: `?token=…`, `"refresh_token":"…"`. */
const named =
  /\b((?:access_|refresh_|id_|private[-_])?token|client_secret|code_verifier|password|secret|api[-_]?key)("?\s*[=:]\s*"?)[^\s"'&,;}]{1,1024}/gi

/** A text for the log without what looks like a secret. What it cannot recognize must not be logged in the first place. */
export const redacted = (text: string): string => withoutPasswords(text).replace(tokens, '…').replace(named, '$1$2…')
