import { z } from 'zod'
import { processStatuses } from './processes.ts'

const count = z.int().nonnegative()
/** Whole seconds since 1970. */
const instant = count.nullable().transform((seconds) => (seconds ? new Date(seconds * 1000) : null))

const appProcess = z.object({
  type: z.string().min(1),
  index: z.int().positive(),
  status: z.enum(processStatuses),
  restarts: count.nullish(),
  'started-at': z.string().nullish(),
  'memory-bytes': z.number().nonnegative().nullish(),
  'cpu-percent': z.number().nonnegative().nullish(),
})

const app = z.object({
  name: z.string().min(1),
  'created-at': instant,
  locked: z.boolean(),
  sha: z.string(),
  'source-image': z.string(),
  'deployed-at': instant,
  deployed: z.boolean(),
  restore: z.boolean(),
  domains: z.array(z.string()),
  scale: z.record(z.string(), z.int()),
  processes: z.array(appProcess),
})

const service = z.object({
  plugin: z.string().min(1),
  name: z.string().min(1),
  status: z.string().nullable(),
  version: z.string().nullable(),
  links: z.array(z.string()),
  'size-bytes': count.nullable(),
})

/** What `berth:snapshot` prints in format 1, as far as it is read. */
export const snapshotDocument = z.object({
  plugin: z.string(),
  dokku: z.string(),
  'service-plugins': z.array(z.string()),
  disk: z.object({ 'total-bytes': count, 'free-bytes': count }).nullable(),
  apps: z.array(app),
  services: z.array(service),
})

export type SnapshotDocument = z.output<typeof snapshotDocument>
export type AppEntry = SnapshotDocument['apps'][number]
export type ProcessEntry = AppEntry['processes'][number]
