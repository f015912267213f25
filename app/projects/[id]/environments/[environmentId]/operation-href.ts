import type { Operation } from '#lib/domain/operation.ts'
import { appCommands } from './app-command.ts'

/** Where an operation on an environment is followed; `here` is the environment's page. */
export function operationHref(
  { kind, id, jobId }: Pick<Operation, 'kind' | 'id' | 'jobId'>,
  { here, environmentId }: { here: string; environmentId: number },
): string {
  if (kind === 'stop') return `${here}?stop=${environmentId}&operation=${id}`
  if (kind === 'redeploy') return `${here}?redeploy=1&operation=${id}`
  const command = appCommands.find((candidate) => kind === `app.${candidate}`)
  if (kind === 'dynos.restart') return `${here}?ask=restart&operation=${id}`
  if (command) return `${here}?ask=${command}&operation=${id}`
  return jobId === null ? here : `${here}?job=${jobId}`
}
