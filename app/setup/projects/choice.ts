import { z } from 'zod'

const Location = z.object({ host: z.string().min(1).max(60), app: z.string().min(1).max(200) })

/** What a browser sends of the projects that somebody chose. */
export const Choice = z.object({
  paths: z.array(z.string().min(1).max(500)).max(1000),
  mappings: z.record(
    z.string(),
    z.object({ reviewHost: z.string().max(60).nullable(), named: z.record(z.string().max(255), Location) }),
  ),
})

export type Choice = z.infer<typeof Choice>
