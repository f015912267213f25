import { redirect } from 'next/navigation'
import { type Context, givenEnv, instance, pageContext } from '#lib/context.ts'
import { isAdmin } from '#lib/domain/access.ts'
import { type Setup, setupOf } from '#lib/queries/setup.ts'

/** What every page of the setup needs; who is no admin is sent to the projects. */
export async function setupContext(): Promise<{ ctx: Context; setup: Setup }> {
  const ctx = await pageContext()
  if (!isAdmin(ctx.actor)) redirect('/')
  return { ctx, setup: await setupOf(ctx, { given: givenEnv(), env: instance().env }) }
}
