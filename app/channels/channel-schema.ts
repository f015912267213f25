import { z } from 'zod'
import { channelKinds } from '#lib/domain/channel.ts'
import { notificationEvents } from '#lib/domain/notification.ts'

const Rules = z
  .array(
    z.strictObject({
      events: z.array(z.enum(notificationEvents)).max(50),
      environments: z.array(z.string().max(255)).max(50),
    }),
  )
  .max(50)

/** Where it leads; which of it counts depends on the kind. */
const address = {
  url: z.string().max(4000).optional(),
  signingKey: z.string().max(400).optional(),
  recipients: z.array(z.string().max(400)).max(50).optional(),
}

/** A channel as a browser or a program describes it. Whether it can be meant is the operation's to say. */
export const NewChannel = z.strictObject({
  kind: z.enum(channelKinds),
  name: z.string().max(400),
  rules: Rules,
  ...address,
})

/** What is absent stays as it is. */
export const ChannelChange = z.strictObject({
  name: z.string().max(400).optional(),
  rules: Rules.optional(),
  enabled: z.boolean().optional(),
  ...address,
})
