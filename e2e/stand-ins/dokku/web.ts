import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type App, isServing, processName } from './app.ts'
import { type Host, sortedApps } from './host.ts'
import { deployPushed } from './push.ts'
import { readPage } from './repository.ts'

/** Answers whether it has answered. */
export type Control = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** The proxy in front of the deployed apps, which also lets in the control doors and the push hook. */
export function createWeb(host: Host, control: Control): Server {
  return createServer((request, response) => {
    answer(host, control, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`${error}\n`)
    })
  })
}

async function answer(host: Host, control: Control, request: IncomingMessage, response: ServerResponse) {
  const path = request.url ?? '/'
  if (path.startsWith('/__push/')) return answerHook(path.slice('/__push/'.length), request, response)
  if (path.startsWith('/__control/') && (await control(request, response))) return
  const domain = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  const app = appAt(host, domain)
  if (!app) return page(response, 404, '404 Not Found')
  if (!isServing(app)) return page(response, 502, '502 Bad Gateway')
  await answerAsApp(host, app, path, response)
}

/** Every host also answers on `<app>.localhost`, whatever the app's own domains are. */
function appAt(host: Host, domain: string): App | undefined {
  if (domain.endsWith('.localhost')) {
    const app = host.apps.get(domain.slice(0, -'.localhost'.length))
    if (app) return app
  }
  return sortedApps(host).find((app) => app.domains.includes(domain))
}

async function answerAsApp(host: Host, app: App, path: string, response: ServerResponse): Promise<void> {
  const [web] = app.processes.filter((process) => process.type === 'web' && process.status === 'running')
  const sha = app.commit?.sha ?? ''
  const own = app.commit && (await readPage(app.commit))
  const logged = web ? processName(web) : 'web.1'
  host.logs.write(app.name, logged, `[::ffff:172.17.0.1]:59476: url:${path}`)
  host.logs.write(app.name, logged, '[::ffff:172.17.0.1]:59476: response:200')
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'x-berth-app': app.name, 'x-berth-sha': sha })
  response.end(own ?? plainPage(app, sha))
}

function plainPage(app: App, sha: string): string {
  return `<!doctype html>
<html lang="en"><head><title>${app.name}</title></head>
<body><h1>${app.name}</h1><p>${sha ? `Commit ${sha}` : `Image ${app.image ?? ''}`}</p></body></html>
`
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
