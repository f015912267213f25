import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import type { Context } from '../context.ts'
import { audited, type Change } from './audited.ts'
import { requireAdmin } from './require-role.ts'

/** A flaw on its way past the audit, which keeps its words. */
class FlawFound extends BerthError {
  readonly flaw: Flaw

  constructor(flaw: Flaw) {
    super('refused', 'berth', `${flaw.words} ${flaw.remedy}`)
    this.flaw = flaw
  }
}

/**
 * The way of every change of a connection: only an admin may, what was entered is tried at the other end, and only what
 * passed is kept. Answers with what is the matter instead of throwing it; the audit keeps both.
 */
export async function changeConnection(
  ctx: Context,
  { action, target }: Pick<Change, 'action' | 'target'>,
  work: () => Promise<Flaw | string>,
): Promise<Flaw | null> {
  try {
    await audited(ctx, { action, projectId: null, target }, async () => {
      requireAdmin(ctx.actor)
      const came = await work()
      if (typeof came !== 'string') throw new FlawFound(came)
      return { result: undefined, words: came }
    })
    return null
  } catch (error) {
    if (error instanceof BerthError && 'flaw' in error) return error.flaw as Flaw
    throw error
  }
}

/** What an environment variable sets is not changed in the browser: the variable would win. */
export const setByVariable = (variable: string): BerthError =>
  new BerthError('refused', 'berth', `The environment variable ${variable} sets this; change it there.`)

/** A host of the address, as a person wrote it. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url.slice(0, 100))
