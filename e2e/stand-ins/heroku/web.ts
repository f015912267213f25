import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { hostnameOf } from './present.ts'
import { type App, currentRelease, slugOf, type World } from './world.ts'

/** The app that Heroku's router knows by the name that a visitor asked for; `null` when it is the API that was asked. */
export function appAt(world: World, request: IncomingMessage): App | 'none' | null {
  const hostname = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  if (!hostname.endsWith('.localhost')) return null
  const apps = [...world.apps.values()]
  return apps.find((app) => hostnameOf(app) === hostname || app.domains.includes(hostname)) ?? 'none'
}

/** Answers a visitor as the router does, or as the app where one of its web dynos is up. */
export function answerVisitor(app: App | 'none', response: ServerResponse): void {
  if (app === 'none') return void page(response, 404, 'No such app')
  if (app.maintenance) return void page(response, 503, 'Offline for Maintenance')
  const web = app.dynos.filter(({ type }) => type === 'web')
  // An idle dyno wakes up for a visitor.
  for (const dyno of web) if (dyno.state === 'idle') Object.assign(dyno, { state: 'up', updatedAt: new Date() })
  const slug = slugOf(app, currentRelease(app))
  if (!slug || !web.some(({ state }) => state === 'up')) return void page(response, 503, 'Application error')
  if (slug.trouble === 'error') return void page(response, 500, 'Something went wrong')
  const index = slug.files === null ? null : join(slug.files, 'index.html')
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    via: '1.1 heroku-router',
    'x-berth-sha': slug.commit ?? '',
  })
  response.end(index !== null && existsSync(index) ? readFileSync(index) : `<!doctype html>\n<h1>${app.name}</h1>\n`)
}

function page(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
  response.end(`<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`)
}
