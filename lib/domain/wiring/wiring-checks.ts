import { type Actor, isAtLeast } from '#lib/domain/access.ts'
import type { Check } from './check.ts'
import { connectionChecks } from './connection-checks.ts'
import { environmentChecks } from './environment-checks.ts'
import type { WiringFacts } from './facts.ts'
import { hostChecks } from './host-checks.ts'
import { pipelineChecks } from './pipeline-checks.ts'
import { protectionChecks } from './protection-checks.ts'
import { runnerChecks } from './runner-checks.ts'
import { stopChecks } from './stop-checks.ts'
import { variableChecks } from './variable-checks.ts'
import { webhookChecks } from './webhook-checks.ts'

/** Every check of a project's wiring, in the order of the wiring. */
export const wiringChecks = (facts: WiringFacts, asOf: Date): Check[] => [
  ...pipelineChecks(facts),
  ...runnerChecks(facts, asOf),
  ...variableChecks(facts),
  ...environmentChecks(facts),
  ...stopChecks(facts),
  ...hostChecks(facts),
  ...webhookChecks(facts, asOf),
  ...protectionChecks(facts),
  ...connectionChecks(facts, asOf),
]

/** What somebody may see of them: GitLab shows variables to maintainers alone, and so does Berth. */
export const checksFor = (actor: Pick<Actor, 'access'>, projectId: number, checks: readonly Check[]): Check[] =>
  checks.filter(({ group }) => group !== 'variables' || isAtLeast(actor, 'maintainer', projectId))
