import type { Reply } from './reply.ts'
import type { Request } from './request.ts'

export type Handler = (request: Request) => Reply | Promise<Reply>

export interface Route {
  /** `GET /projects/:id/environments` */
  name: string
  method: string
  parts: string[]
  handler: Handler
}

export const routes = (...tables: Record<string, Handler>[]): Route[] =>
  tables
    .flatMap((table) => Object.entries(table))
    .map(([name, handler]) => {
      const [method = '', path = ''] = name.split(' ')
      return { name, method, parts: path.split('/'), handler }
    })

/** The route of a request with its parameters decoded; a fixed part wins over a `:name`, by the order of the table. */
export function match(
  table: Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | null {
  const parts = path.split('/')
  const route = table.find(
    (candidate) =>
      candidate.method === method &&
      candidate.parts.length === parts.length &&
      candidate.parts.every((part, index) => part.startsWith(':') || part === parts[index]),
  )
  if (!route) return null
  const params = route.parts.flatMap((part, index) =>
    part.startsWith(':') ? [[part.slice(1), decodeURIComponent(parts[index] as string)]] : [],
  )
  return { route, params: Object.fromEntries(params) }
}
