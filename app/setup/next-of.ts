/** Where one goes on to: the next step of the setup, or back to the page of connections that one came from. */
export const connectionsHref = '/settings/connections'

type Next = '/setup' | typeof connectionsHref

export const nextOf = (form: FormData): Next => nextIn(form.get('next'))

export const nextIn = (given: unknown): Next => (given === connectionsHref ? connectionsHref : '/setup')
