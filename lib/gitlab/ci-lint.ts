import { z } from 'zod'
import type { CiLint } from '#lib/domain/ci-lint.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/lint/ */
const ciLint: z.ZodType<CiLint> = z
  .object({
    valid: z.boolean(),
    errors: orNull(z.array(z.string())),
    warnings: orNull(z.array(z.string())),
    merged_yaml: orNull(z.string()),
  })
  .transform((answer) => ({
    valid: answer.valid,
    errors: answer.errors ?? [],
    warnings: answer.warnings ?? [],
    mergedYaml: answer.merged_yaml,
  }))

export const ciLintCalls = ({ lint }: Client): Pick<Gitlab, 'ciLint'> => ({
  async ciLint(projectId, { content, ref }) {
    if (content !== null) {
      return readable(ciLint, await lint.lint(projectId, content, ref === undefined ? {} : { ref }), 'a lint')
    }
    // Gitbeaker knows only `ref`, which is of a simulated pipeline: what is linted is at `content_ref`.
    const at = (ref === undefined ? {} : { contentRef: ref }) as object
    return readable(ciLint, await lint.check(projectId, at), 'a lint')
  },
})
