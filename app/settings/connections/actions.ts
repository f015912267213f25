'use server'

import { z } from 'zod'
import { type Context, pageContext, renewInstance } from '#lib/context.ts'
import { failureOf } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { log } from '#lib/log.ts'
import { disconnectGitlab, setOperatorEnters } from '#lib/operations/connect-gitlab.ts'
import { disconnectHeroku } from '#lib/operations/connect-heroku.ts'
import { removeHost } from '#lib/operations/connect-host.ts'
import { disconnectSignIn } from '#lib/operations/connect-sign-in.ts'

/** `null` when it is done; else why not. */
type Changed = string | null

export async function disconnectGitlabAction(): Promise<Changed> {
  return changed(disconnectGitlab)
}

export async function disconnectSignInAction(): Promise<Changed> {
  return changed(disconnectSignIn)
}

export async function disconnectHerokuAction(): Promise<Changed> {
  return changed(disconnectHeroku)
}

export async function removeHostAction(name: string): Promise<Changed> {
  return changed((ctx) => removeHost(ctx, { name: z.string().parse(name) }))
}

export async function setOperatorEntersAction(enters: boolean): Promise<Changed> {
  return changed((ctx) => setOperatorEnters(ctx, { enters: z.boolean().parse(enters) }))
}

async function changed(change: (ctx: Context) => Promise<Flaw | null>): Promise<Changed> {
  const ctx = await pageContext()
  try {
    const flaw = await change(ctx)
    if (flaw) return `${flaw.words} ${flaw.remedy}`
    await renewInstance()
    return null
  } catch (error) {
    const { kind, message } = failureOf(error)
    if (kind === 'unavailable') log.error({ err: error }, 'A connection could not be changed.')
    return message
  }
}
