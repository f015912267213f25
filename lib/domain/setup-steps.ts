/** The way from an empty database to a working board, in order. */
export const setupSteps = ['gitlab', 'sign-in', 'hosts', 'heroku', 'projects'] as const
export type SetupStep = (typeof setupSteps)[number]

/** Berth works without them. */
export const skippableSteps = ['sign-in', 'hosts', 'heroku'] as const satisfies readonly SetupStep[]
export type SkippableStep = (typeof skippableSteps)[number]

/** `waiting`: another has to be done before. `given`: environment variables say it. */
export type StepState = 'done' | 'given' | 'skipped' | 'open' | 'waiting'

export interface SetupFacts {
  /** What is there, and whether the environment set it. */
  has: Record<SetupStep, boolean>
  given: Record<SetupStep, boolean>
  skipped: readonly string[]
}

/** How far each step is. Signing in and choosing projects need GitLab first. */
export function stepStates({ has, given, skipped }: SetupFacts): Record<SetupStep, StepState> {
  const stateOf = (step: SetupStep): StepState => {
    if (given[step]) return 'given'
    if (has[step]) return 'done'
    if ((step === 'sign-in' || step === 'projects') && !has.gitlab && !given.gitlab) return 'waiting'
    return skipped.includes(step) ? 'skipped' : 'open'
  }
  return Object.fromEntries(setupSteps.map((step) => [step, stateOf(step)])) as Record<SetupStep, StepState>
}

/** Where one goes on: the first step that is open, after `after` where there is one; `null`: all is done. */
export function nextStep(states: Record<SetupStep, StepState>, after: SetupStep | null = null): SetupStep | null {
  const open = setupSteps.filter((step) => states[step] === 'open')
  const from = after === null ? -1 : setupSteps.indexOf(after)
  return open.find((step) => setupSteps.indexOf(step) > from) ?? open[0] ?? null
}

export const isSkippable = (step: string): step is SkippableStep =>
  skippableSteps.some((skippable) => skippable === step)
