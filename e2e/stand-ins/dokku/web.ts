import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { type App, isServing } from './app.ts'
import { type Host, sortedApps } from './host.ts'
import { deployPushed } from './push.ts'
import { readPage } from './repository.ts'
import { logRequest } from './request-log.ts'
import type { WebTrouble } from './trouble.ts'

/** Answers whether it has answered. */
export type Control = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** The proxy in front of the deployed apps. On the HTTP port it also lets in the control doors and the push hook. */
export function createWeb(
  host: Host,
  { control, scheme }: { control: Control; scheme: 'http' | 'https' },
): RequestListener {
  const answers = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    if (scheme === 'http') {
      if (path.startsWith('/__push/')) return answerHook(path.slice('/__push/'.length), request, response)
      if (path.startsWith('/__control/') && (await control(request, response))) return
    }
    const domain = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
    const app = appAt(host, domain)
    // Dokku's default site answers nobody: nginx's 444.
    if (!app) return void request.socket.destroy()
    if (scheme === 'http' && app.certificateEndsAt)
      return redirect(response, 301, `https://${domain}:${host.httpsPort}${path}`)
    const trouble = host.trouble.web.get(app.name)
    if (!isServing(app)) return page(response, 502, '502 Bad Gateway')
    if (trouble) return answerBadly(host, app, { trouble, request, response })
    await answerAsApp(host, app, request, response)
  }
  return (request, response) => {
    answers(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`${error}\n`)
    })
  }
}

/** Every host also answers on `<app>.localhost`, whatever the app's own domains are. */
export function appAt(host: Host, domain: string): App | undefined {
  if (domain.endsWith('.localhost')) {
    const app = host.apps.get(domain.slice(0, -'.localhost'.length))
    if (app) return app
  }
  return sortedApps(host).find((app) => app.domains.includes(domain))
}

async function answerBadly(
  host: Host,
  app: App,
  { trouble, request, response }: { trouble: WebTrouble; request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  if (trouble.hang) return
  const startedAt = performance.now()
  if (trouble.delayMs) await wait(trouble.delayMs)
  if (trouble.status === undefined && trouble.redirect === undefined) return answerAsApp(host, app, request, response)
  const status = trouble.status ?? 302
  logRequest(host, app, { request, status, tookMs: performance.now() - startedAt })
  if (trouble.redirect !== undefined) return redirect(response, status, trouble.redirect)
  page(response, status, `${status} by request`)
}

async function answerAsApp(host: Host, app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now()
  const sha = app.commit?.sha ?? ''
  const own = app.commit && (await readPage(app.commit))
  logRequest(host, app, { request, status: app.answers, tookMs: performance.now() - startedAt })
  response.writeHead(app.answers, {
    'content-type': 'text/html; charset=utf-8',
    'x-berth-app': app.name,
    'x-berth-sha': sha,
  })
  response.end(own ?? plainPage(app, sha))
}

function plainPage(app: App, sha: string): string {
  return `<!doctype html>
<html lang="en"><head><title>${app.name}</title></head>
<body><h1>${app.name}</h1><p>${sha ? `Commit ${sha}` : `Image ${app.image ?? ''}`}</p></body></html>
`
}

function redirect(response: ServerResponse, status: number, location: string): void {
  response.writeHead(status, { location, 'content-type': 'text/html' })
  response.end()
}

/** The proxy's own page. */
function page(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  )
}

async function answerHook(token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { updates, objects } = JSON.parse(await text(request))
  response.writeHead(200, { trailer: 'x-exit-code' })
  const exitCode = await deployPushed(token, { updates, objects, say: (line) => void response.write(line) })
  response.addTrailers({ 'x-exit-code': String(exitCode) })
  response.end()
}
