import type { AppTarget } from '#lib/operations/ask-on-app.ts'
import { idIn } from '../../../../../input.ts'

export interface AppPlace {
  params: Promise<{ projectId: string; environmentId: string }>
}

/** Throws `not-found`. */
export const targetIn = ({ projectId, environmentId }: Awaited<AppPlace['params']>): AppTarget => ({
  projectId: idIn(projectId),
  environmentId: idIn(environmentId),
})
