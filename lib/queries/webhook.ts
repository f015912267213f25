import type { Context } from '#lib/context.ts'
import { storedWebhook } from '#lib/db/webhooks.ts'
import { addressDoubt, type Webhook, type WebhookHealth, webhookHealth, webhookUrl } from '#lib/domain/webhook.ts'
import { requireProject } from './project.ts'

/** How GitLab tells Berth of a project. */
export interface WebhookReport {
  /** What GitLab calls, or would. */
  url: string
  /** Why GitLab may not reach it; `null` where nothing speaks against it. */
  doubt: string | null
  /** `null` while GitLab calls nothing. */
  webhook: (Webhook & { health: WebhookHealth; isSigned: boolean }) | null
}

/** Throws `not-found`. Neither token ever leaves the database by this. */
export async function webhookReport(ctx: Context, projectId: number): Promise<WebhookReport> {
  await requireProject(ctx, projectId)
  const stored = await storedWebhook(ctx.db, projectId)
  const about = { url: webhookUrl(ctx.url, projectId), doubt: addressDoubt(ctx.url) }
  if (stored === null) return { ...about, webhook: null }
  const { token: _token, signingKey, ...webhook } = stored
  const health = webhookHealth(webhook, ctx.now())
  return { ...about, webhook: { ...webhook, health, isSigned: signingKey !== null } }
}
