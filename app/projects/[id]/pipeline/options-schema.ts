import { z } from 'zod'
import { languages, type PipelineOptions, syntaxes, variants } from '#lib/domain/pipeline-file/index.ts'

const text = z.string().max(500)

/** The options as a browser or a program sends them; whether they can be meant is the rule's to say. */
export const Options = z.strictObject({
  syntax: z.enum(syntaxes),
  language: z.enum(languages),
  image: text,
  testCommand: text,
  database: z.boolean(),
  variant: z.enum(variants),
  defaultBranch: text,
  reviewHost: text,
  reviewDomain: text,
  appConfig: text,
  seedCommand: text,
  autoStop: text,
  productionHost: text,
  stagingApp: text,
  productionApp: text,
  stagingUrl: text,
  productionUrl: text,
}) satisfies z.ZodType<PipelineOptions>
