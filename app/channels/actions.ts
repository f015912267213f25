'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import {
  changeChannel as changeOperation,
  createChannel as createOperation,
  removeChannel as removeOperation,
} from '#lib/operations/change-channel.ts'
import { dropDeadLetters as dropOperation, resendDeadLetters as resendOperation } from '#lib/operations/dead-letters.ts'
import { testChannel as testOperation } from '#lib/operations/test-channel.ts'
import { attempted, outcome } from '../_ui/action-outcome.ts'
import { ChannelChange, NewChannel } from './channel-schema.ts'

const channelId = z.string().max(60)
const Creation = NewChannel.extend({ projectId: z.number().int().positive().nullable() })
const Change = ChannelChange.extend({ channelId })
const Channel = z.strictObject({ channelId })
const Letters = z.strictObject({ channelId, messageId: z.string().max(60).nullable() })

/** `null` when it is there, or changed, or gone. */
export async function createChannel(input: z.input<typeof Creation>): Promise<Failure | null> {
  return attempted(Creation, input, await pageContext(), createOperation)
}

export async function changeChannel(input: z.input<typeof Change>): Promise<Failure | null> {
  return attempted(Change, input, await pageContext(), changeOperation)
}

export async function removeChannel(input: z.input<typeof Channel>): Promise<Failure | null> {
  return attempted(Channel, input, await pageContext(), removeOperation)
}

/** What the other side answered. */
export async function testChannel(
  input: z.input<typeof Channel>,
): Promise<{ done: { words: string } } | { failure: Failure }> {
  return outcome(Channel, input, await pageContext(), testOperation)
}

export async function resendDeadLetters(input: z.input<typeof Letters>): Promise<Failure | null> {
  return attempted(Letters, input, await pageContext(), resendOperation)
}

export async function dropDeadLetters(input: z.input<typeof Letters>): Promise<Failure | null> {
  return attempted(Letters, input, await pageContext(), dropOperation)
}
