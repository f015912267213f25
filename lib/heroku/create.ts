import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { Heroku } from './contract.ts'
import * as schema from './schema.ts'
import { createTransport, part, type TransportOptions } from './transport.ts'

export type HerokuOptions = TransportOptions

/** Heroku's maximum of a page, and how far a list is read: half a list is worse than an error. */
const perPage = 1000
const mostPages = 20

/** Enough to go back to; a page shows no more. */
const shownReleases = 30

/** What was read lately, for the answer "not changed"; the oldest go first. */
const mostKept = 500

export function createHeroku(options: HerokuOptions): Heroku {
  const transport = createTransport(options)
  const kept = new Map<string, { etag: string; value: unknown; next: string | null }>()

  /** Values are kept as they were read, so that what the parser dropped is nowhere. */
  async function read<Value>(
    what: string,
    asks: { path: string; range?: string },
    of: z.ZodType<Value>,
  ): Promise<{ value: Value; next: string | null }> {
    const key = `${asks.path} ${asks.range ?? ''}`
    const before = kept.get(key)
    const { status, headers, json } = await transport.send({ method: 'GET', ...asks, etag: before?.etag })
    if (status === 304 && before) return { value: before.value as Value, next: before.next }
    const answer = { value: schema.readable(of, json, what), next: headers.get('next-range') }
    const etag = headers.get('etag')
    kept.delete(key)
    if (etag !== null) kept.set(key, { etag, ...answer })
    if (kept.size > mostKept) kept.delete([...kept.keys()][0] as string)
    return answer
  }

  async function readEveryPage<Value>(what: string, path: string, of: z.ZodType<Value>): Promise<Value[]> {
    const values: Value[] = []
    let range: string | null = `id ..; max=${perPage}`
    for (let page = 0; range !== null; page += 1) {
      if (page === mostPages) {
        throw new BerthError('unavailable', 'heroku', `Heroku's list of ${what} has more than ${mostPages} pages.`)
      }
      const { value, next }: { value: Value[]; next: string | null } = await read(what, { path, range }, z.array(of))
      values.push(...value)
      range = next
    }
    return values
  }

  const of = (app: string, rest = ''): string => `/apps/${part(app)}${rest}`

  return {
    account: async () => (await read('the account', { path: '/account' }, schema.account)).value,
    apps: () => readEveryPage('apps', '/apps', schema.app),
    app: async (app) => (await read(`app ${app}`, { path: of(app) }, schema.app)).value,
    dynos: async (app) => (await read(`the dynos of ${app}`, { path: of(app, '/dynos') }, z.array(schema.dyno))).value,
    formation: async (app) =>
      (await read(`the formation of ${app}`, { path: of(app, '/formation') }, z.array(schema.formation))).value,
    releases: async (app) => {
      const asks = { path: of(app, '/releases'), range: `version ..; order=desc, max=${shownReleases}` }
      const { value } = await read(`the releases of ${app}`, asks, z.array(schema.release))
      return value.toSorted((one, other) => other.version - one.version)
    },
    slug: async (app, slugId) =>
      (await read(`a slug of ${app}`, { path: of(app, `/slugs/${part(slugId)}`) }, schema.slug)).value,
    configKeys: async (app) =>
      (await read(`the config of ${app}`, { path: of(app, '/config-vars') }, schema.configKeys)).value,
    domains: (app) => readEveryPage(`domains of ${app}`, of(app, '/domains'), schema.domain),

    async rollBack(app, releaseId) {
      const { json } = await transport.send({
        method: 'POST',
        path: of(app, '/releases'),
        body: { release: releaseId },
      })
      return schema.readable(schema.release, json, `the new release of ${app}`)
    },
    async restartDynos(app) {
      await transport.send({ method: 'DELETE', path: of(app, '/dynos') })
    },
    async setMaintenance(app, on) {
      const { json } = await transport.send({ method: 'PATCH', path: of(app), body: { maintenance: on } })
      return schema.readable(schema.app, json, `app ${app}`)
    },

    get requestsLeft() {
      return transport.requestsLeft
    },
  }
}
