import { z } from 'zod'
import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { oneOf, orNull } from './schema.ts'

/** https://docs.gitlab.com/api/project_level_variables/. GitLab answers with the value too: it is not read, and ends here. */
const variable = z
  .object({
    key: z.string(),
    variable_type: oneOf<CiVariable['type']>(['env_var', 'file'], 'env_var'),
    protected: orNull(z.boolean()),
    masked: orNull(z.boolean()),
    environment_scope: orNull(z.string()),
  })
  .transform((answer) => ({
    key: answer.key,
    type: answer.variable_type,
    isProtected: answer.protected ?? false,
    isMasked: answer.masked ?? false,
    environmentScope: answer.environment_scope ?? '*',
  }))

type Calls = Pick<Gitlab, 'variables' | 'groupVariables' | 'createVariable'>

export const variableCalls = ({ projectVariables, groupVariables }: Client, maxPages: number): Calls => {
  const every = async (owner: string, ask: (query: object) => Promise<unknown>): Promise<CiVariable[]> => {
    const found = await readEveryPage({
      what: 'CI/CD variables',
      schema: variable,
      maxPages,
      // One name may be there once for each scope.
      key: ({ key, environmentScope }) => `${key} ${environmentScope}`,
      ask,
    })
    return found.map((one) => ({ ...one, owner }))
  }
  return {
    variables: (projectId) => every('project', (query) => projectVariables.all(projectId, query)),
    groupVariables: (path) => every(path, (query) => groupVariables.all(path, query)),
    async createVariable(projectId, { key, value, type, isProtected, isMasked, description }) {
      if (!/^\w{1,255}$/.test(key))
        throw new BerthError('invalid', 'gitlab', 'A variable is named by letters, digits and _.')
      await projectVariables.create(projectId, key, value, {
        variableType: type,
        protected: isProtected,
        masked: isMasked,
        description,
        raw: true,
      })
    },
  }
}
