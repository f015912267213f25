import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { App } from './app.ts'
import { type Host, sortedApps } from './host.ts'

/** What one request makes an app write, as Rails does with its colours on. */
export function logRequest(
  host: Host,
  app: App,
  { request, status, tookMs }: { request: Pick<IncomingMessage, 'method' | 'url'>; status: number; tookMs: number },
): void {
  const [web] = app.processes.filter(({ type, status }) => type === 'web' && status === 'running')
  if (!web) return
  const { method = 'GET', url = '/' } = request
  const tag = `[${randomUUID()}]`
  const at = new Date().toISOString().slice(0, 19).replace('T', ' ')
  const write = (text: string) => host.logs.write(web, `${tag} ${text}`)
  write(`Started ${method} "${url}" for 172.17.0.1 at ${at} +0000`)
  write(
    `  ${bold(36)}Post Load (0.4ms)${plain}  ${bold(34)}SELECT "posts".* FROM "posts" ORDER BY "posts"."id" DESC LIMIT 20${plain}`,
  )
  const words = status < 400 ? 'OK' : status < 500 ? 'Not Found' : `${bold(31)}Internal Server Error${plain}`
  write(`Completed ${status} ${words} in ${Math.max(1, Math.round(tookMs))}ms (Views: 1.8ms | ActiveRecord: 0.4ms)`)
}

const bold = (colour: number): string => `\u001b[1m\u001b[${colour}m`
const plain = '\u001b[0m'

const pages = ['/', '/posts', '/posts/42', '/search?q=%E8%AB%8B%E6%B1%82%E6%9B%B8', '/sign_in', '/posts/42/comments']

/** Visitors who open a page of one app after the other, until the host is switched off. */
export function sendVisitors(host: Host, everyMs: number): void {
  let visits = 0
  const timer = setInterval(() => {
    const apps = sortedApps(host)
    const app = apps[visits % apps.length]
    const url = pages[(visits * 7) % pages.length] ?? '/'
    visits += 1
    const isMissing = visits % 11 === 0
    if (app)
      logRequest(host, app, {
        request: { method: 'GET', url },
        status: isMissing ? 404 : 200,
        tookMs: 3 + (visits % 30),
      })
  }, everyMs)
  timer.unref()
  host.closing.addEventListener('abort', () => clearInterval(timer))
}
