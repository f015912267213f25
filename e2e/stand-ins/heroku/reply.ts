/** What a route answers; `json` is left out where a web page or a stream goes out instead. */
export interface Reply {
  status: number
  json?: unknown
  text?: string
  headers?: Record<string, string>
}

export const ok = (json: unknown): Reply => ({ status: 200, json })
export const created = (json: unknown): Reply => ({ status: 201, json })
export const accepted = (json: unknown): Reply => ({ status: 202, json })

/** An answer that ends a request early, in Heroku's form: `{ id, message }`. */
export class Refusal extends Error {
  readonly reply: Reply

  constructor(status: number, id: string, message: string) {
    super(id)
    this.reply = { status, json: { id, message } }
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, 'not_found', `Couldn't find that ${what}.`)
export const invalid = (message: string): Refusal => new Refusal(422, 'invalid_params', message)
