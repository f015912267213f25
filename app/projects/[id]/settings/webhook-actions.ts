'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import {
  installWebhook as install,
  removeWebhook as remove,
  signWebhook as sign,
  testWebhook as test,
} from '#lib/operations/webhook.ts'
import { outcome } from '../../../_ui/action-outcome.ts'
import type { WebhookAnswer } from './webhook-answer.tsx'

const id = z.number().int().positive()
const Place = z.object({ projectId: id })
const Signing = z.object({ projectId: id, signingToken: z.string().max(200).nullable() })

export async function installWebhook(input: z.input<typeof Place>): Promise<WebhookAnswer> {
  return outcome(Place, input, await pageContext(), install)
}

export async function removeWebhook(input: z.input<typeof Place>): Promise<WebhookAnswer> {
  return outcome(Place, input, await pageContext(), remove)
}

export async function testWebhook(input: z.input<typeof Place>): Promise<WebhookAnswer> {
  return outcome(Place, input, await pageContext(), test)
}

export async function signWebhook(input: z.input<typeof Signing>): Promise<WebhookAnswer> {
  return outcome(Signing, input, await pageContext(), sign)
}
