import { isIP } from 'node:net'
import { z } from 'zod'

/** A variable's documentation lives beside its rule; `.env.example` and the README table are checked against this list. */
interface Variable {
  name: string
  /** What it does, one line. */
  about: string
  /** Shown when unset; `''` when there is no default. */
  default: string
  schema: z.ZodType
}

const whole = (minimum: number, maximum: number, fallback: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, {
      error: `is not a whole number from ${minimum} to ${maximum}`,
    })
    .default(fallback)

/** `null` when nobody said. */
const optionalFlag = z
  .enum(['true', 'false'], { error: 'is neither true nor false' })
  .optional()
  .transform((value) => (value === undefined ? null : value === 'true'))

const flag = z
  .enum(['true', 'false'], { error: 'is neither true nor false' })
  .default('false')
  .transform((value) => value === 'true')

const optionalText = z
  .string()
  .optional()
  .transform((value) => value?.trim() || null)

/** `schemes` as they stand before the colon, the usual one first. */
const optionalUrl = (...schemes: [string, ...string[]]) =>
  optionalText.refine((value) => value === null || schemes.includes(schemeOf(value)), {
    error: `is not an address that begins with ${schemes[0]}://`,
  })

const schemeOf = (value: string): string => (URL.canParse(value) ? new URL(value).protocol.slice(0, -1) : '')

/** An address with the number of bits that count: `10.0.0.0/8`. */
function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128)
}

const networks = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine((given) => given.every(isNetwork), { error: 'has an entry that is not a network like 10.0.0.0/8' })

const dokkuHost =
  /^(?<name>[a-z0-9-]+)=ssh:\/\/(?:(?<user>[a-z_][a-z0-9_-]*)@)?(?<address>[^/:#@\s]+)(?::(?<port>\d+))?\/?(?:#(?<key>SHA256:[A-Za-z0-9+/]{43}))?$/

/** A Dokku host that Berth knows. */
export interface ConfiguredHost {
  name: string
  user: string
  address: string
  port: number
  hostKeyFingerprint: string | null
  /** Its own, in OpenSSH form; absent: the key in `BERTH_DOKKU_KEY_FILE`. */
  privateKey?: string
}

const dokkuHosts = z
  .string()
  .default('')
  .transform((text, context) =>
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((entry): ConfiguredHost => {
        const parts = dokkuHost.exec(entry)?.groups
        if (!parts) {
          context.addIssue({
            code: 'custom',
            message: `has "${entry}", which is not name=ssh://dokku@host:22#SHA256:…`,
          })
          return z.NEVER
        }
        return {
          name: parts.name as string,
          user: parts.user ?? 'dokku',
          address: parts.address as string,
          port: Number(parts.port ?? 22),
          hostKeyFingerprint: parts.key ?? null,
        }
      }),
  )
  .refine((hosts) => new Set(hosts.map((host) => host.name)).size === hosts.length, 'has two hosts of one name')

const mappings = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  })
  .pipe(
    z.record(
      z.string(),
      z
        .strictObject({
          reviewHost: z.string().nullable(),
          reviewApp: z.string(),
          database: z.string().nullable(),
          keep: z.array(z.string().min(1)),
          staleDays: z.number().int().min(1).max(3650).nullable(),
          named: z.record(
            z.string(),
            z.union([z.object({ host: z.string(), app: z.string() }), z.strictObject({ heroku: z.string().min(1) })]),
          ),
        })
        .partial(),
    ),
  )

const variables = {
  PORT: { about: 'Port of the web server.', default: '3000', schema: whole(0, 65_535, 3000) },
  BERTH_URL: {
    about: 'Public address of Berth; decides the origin that forms are accepted from and whether cookies demand TLS.',
    default: 'http://localhost:$PORT',
    schema: optionalUrl('https', 'http'),
  },
  BERTH_DATA_DIR: {
    about: 'Where the embedded PostgreSQL and the stand-ins keep their files.',
    default: '.data',
    schema: z.string().min(1).default('.data'),
  },
  DATABASE_URL: {
    about: 'PostgreSQL to use. Unset: Berth starts its own, embedded.',
    default: '',
    schema: optionalUrl('postgresql', 'postgres'),
  },
  BERTH_GITLAB_URL: {
    about:
      'GitLab, e.g. https://gitlab.example.jp. Unset: the one connected in the browser, else the built-in stand-ins.',
    default: '',
    schema: optionalUrl('https', 'http'),
  },
  BERTH_GITLAB_TOKEN: {
    about: 'Access token of GitLab: scope read_api to look, api to act.',
    default: '',
    schema: optionalText,
  },
  BERTH_GITLAB_PROJECTS: {
    about: 'Projects to show, as full paths separated by commas. Unset: every project the token is a member of.',
    default: '',
    schema: z
      .string()
      .default('')
      .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  },
  BERTH_GITLAB_REQUESTS_PER_MINUTE: {
    about: 'Requests to GitLab that all instances together may make in a minute.',
    default: '600',
    schema: whole(10, 100_000, 600),
  },
  BERTH_DOKKU_HOSTS: {
    about: 'Dokku hosts with their pinned keys: name=ssh://dokku@host:22#SHA256:…, separated by commas.',
    default: '',
    schema: dokkuHosts,
  },
  BERTH_DOKKU_KEY_FILE: {
    about: 'File with the private key whose public half was added by `dokku ssh-keys:add`.',
    default: '',
    schema: optionalText,
  },
  BERTH_HEROKU_API_KEY: {
    about:
      'API key of the Heroku account that may see the apps of staging and production. Unset: nothing is on Heroku.',
    default: '',
    schema: optionalText,
  },
  BERTH_HEROKU_URL: {
    about: 'Address of the Heroku Platform API.',
    default: 'https://api.heroku.com',
    schema: optionalUrl('https', 'http').transform((value) => value ?? 'https://api.heroku.com'),
  },
  BERTH_MAPPINGS: {
    about: 'How environments map to apps, JSON by project path; see "Mapping" in the README.',
    default: '{}',
    schema: mappings,
  },
  BERTH_OPERATOR_PASSWORD: {
    about:
      "The operator's password. Unset: it is chosen in the browser at first start, with the code that `npm run up` prints. A changed one ends every session.",
    default: '',
    schema: optionalText.refine((value) => value === null || value.length >= 8, 'has fewer than 8 characters'),
  },
  BERTH_SECRET: {
    about:
      'Seals tokens and channels in the database and signs sessions: at least 32 random characters. Unset: made at the first start and kept in BERTH_DATA_DIR.',
    default: '',
    schema: optionalText.refine((value) => value === null || value.length >= 32, 'has fewer than 32 characters'),
  },
  BERTH_SECRET_PREVIOUS: {
    about: 'The BERTH_SECRET before this one: what it sealed can still be read, and is sealed anew when used.',
    default: '',
    schema: optionalText.refine((value) => value === null || value.length >= 32, 'has fewer than 32 characters'),
  },
  BERTH_GITLAB_OAUTH_ID: {
    about:
      'Application ID of Berth in GitLab; scopes api, read_user, openid, profile, email; redirect to $BERTH_URL/api/auth/callback/gitlab. Unset: no sign-in with GitLab.',
    default: '',
    schema: optionalText,
  },
  BERTH_GITLAB_OAUTH_SECRET: {
    about: 'Its secret.',
    default: '',
    schema: optionalText,
  },
  BERTH_ADMINS: {
    about: 'GitLab usernames that administer Berth: maintainers of every project and host. Separated by commas.',
    default: '',
    schema: z
      .string()
      .default('')
      .transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  },
  BERTH_BREAK_GLASS: {
    about: "true: the operator's password opens Berth although people sign in with GitLab.",
    default: 'false',
    schema: flag,
  },
  BERTH_SMTP_URL: {
    about: 'Mail server for notifications: smtp://user:password@mail.example.jp:587. Unset: no e-mail.',
    default: '',
    schema: optionalUrl('smtp', 'smtps'),
  },
  BERTH_MAIL_FROM: {
    about: 'Sender of e-mail, e.g. Berth <berth@example.jp>.',
    default: '',
    schema: optionalText,
  },
  BERTH_NOTIFY_NETWORKS: {
    about:
      'Private networks and loopback that notifications may be sent to: 10.0.0.0/8, fd00::/8, separated by commas. Public addresses always may.',
    default: '',
    schema: networks,
  },
  BERTH_LOG_LEVEL: {
    about: 'How much the log says: debug, info, warn or error.',
    default: 'info',
    schema: z
      .enum(['debug', 'info', 'warn', 'error'], { error: 'is none of debug, info, warn, error' })
      .default('info'),
  },
  BERTH_READ_ONLY: { about: 'true: nobody can change anything through Berth.', default: 'false', schema: flag },
  BERTH_SYNC_IDLE_SECONDS: {
    about: 'How often a project that nobody looks at is asked.',
    default: '30',
    schema: whole(1, 3600, 30),
  },
  BERTH_SYNC_WATCHED_SECONDS: {
    about: 'How often a project that somebody looks at is asked, budget permitting.',
    default: '1',
    schema: whole(1, 3600, 1),
  },
  BERTH_SYNC_HOOKED_SECONDS: {
    about: 'How often a project that nobody looks at is asked while its webhook works.',
    default: '120',
    schema: whole(1, 3600, 120),
  },
  BERTH_SYNC_FULL_MINUTES: {
    about: 'How often every page of a project is read again.',
    default: '60',
    schema: whole(1, 1440, 60),
  },
  BERTH_DOKKU_SECONDS: {
    about: 'How often a Dokku host gets its one cheap look; twice as often while somebody looks.',
    default: '10',
    schema: whole(1, 3600, 10),
  },
  BERTH_DOKKU_SHARE: {
    about: 'Percent of one core of a Dokku host that looking at it may take.',
    default: '10',
    schema: whole(1, 100, 10),
  },
  BERTH_DOKKU_MOST_APPS: {
    about: 'How many apps a Dokku host has room for; near it a finding says so. Unset: not known.',
    default: '',
    schema: optionalText
      .refine((value) => value === null || /^[1-9]\d{0,4}$/.test(value), { error: 'is not a whole number above 0' })
      .transform((value) => (value === null ? null : Number(value))),
  },
  BERTH_HEROKU_SECONDS: {
    about: 'How often Heroku is looked at, budget permitting; three times as often while somebody looks.',
    default: '30',
    schema: whole(3, 3600, 30),
  },
  BERTH_PROBE_SECONDS: {
    about:
      'How often the URL of an ordinary review app is asked; staging, production and what somebody looks at more often.',
    default: '300',
    schema: whole(10, 86_400, 300),
  },
  BERTH_PROBE_NETWORKS: {
    about:
      'Private networks that probes of URLs may enter by a redirect, and loopback: 10.0.0.0/8, fd00::/8, separated by commas.',
    default: '',
    schema: networks,
  },
  BERTH_DEMO: {
    about:
      'false: `npm run up` begins empty, with the setup in the browser. Unset: with nothing connected it starts the stand-ins, sets this to true, and pages say so.',
    default: '',
    schema: optionalFlag,
  },
} satisfies Record<string, Omit<Variable, 'name'>>

const single = z.object(
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.schema])) as {
    [Name in keyof typeof variables]: (typeof variables)[Name]['schema']
  },
)

/** Variables that are of use only together. */
const schema = single.superRefine((env, context) => {
  const missing = (name: keyof typeof variables, because: keyof typeof variables) =>
    context.addIssue({ code: 'custom', path: [name], message: `is missing: ${because} needs it` })
  if (env.BERTH_GITLAB_URL && !env.BERTH_GITLAB_TOKEN) missing('BERTH_GITLAB_TOKEN', 'BERTH_GITLAB_URL')
  if (env.BERTH_GITLAB_OAUTH_ID && !env.BERTH_GITLAB_OAUTH_SECRET)
    missing('BERTH_GITLAB_OAUTH_SECRET', 'BERTH_GITLAB_OAUTH_ID')
  if (env.BERTH_SMTP_URL && !env.BERTH_MAIL_FROM) missing('BERTH_MAIL_FROM', 'BERTH_SMTP_URL')
  if (env.BERTH_DOKKU_HOSTS.length > 0 && !env.BERTH_DOKKU_KEY_FILE)
    missing('BERTH_DOKKU_KEY_FILE', 'BERTH_DOKKU_HOSTS')
})

export type Env = z.output<typeof schema>

/** Every variable with its documentation, in the order of `.env.example`. */
export const documentedVariables: readonly Omit<Variable, 'schema'>[] = Object.entries(variables).map(
  ([name, { about, default: fallback }]) => ({ name, about, default: fallback }),
)

/**
 * Reads the variables; one that is empty counts as unset. Throws one error that names every bad one at once. Values of
 * secrets are never repeated.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`)
  throw new Error(`Berth cannot start with these environment variables:\n${lines.join('\n')}`)
}
