/** What a route answers: a string goes out as plain text, `undefined` as nothing, all else as JSON. */
export interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const noContent = (): Reply => ({ status: 204, body: undefined })

/** An answer that ends a request early, thrown from wherever the obstacle is found. */
export class Refusal extends Error {
  readonly reply: Reply

  constructor(status: number, body: unknown) {
    super(`${status}`)
    this.reply = { status, body }
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, { message: `404 ${what} Not Found` })
export const forbidden = (why?: string): Refusal =>
  new Refusal(403, { message: why ? `403 Forbidden - ${why}` : '403 Forbidden' })
export const badRequest = (why: string): Refusal => new Refusal(400, { message: `400 Bad request - ${why}` })

/** GitLab words a bad parameter apart from a bad request. */
export const badParameter = (why: string): Refusal => new Refusal(400, { error: why })
