import type { StopForecast } from '#lib/domain/stop-forecast.ts'
import { type Check, found, type Judged, judged, ok } from './check.ts'
import type { WiringFacts } from './facts.ts'

/** Whether stopping a review app will tear it down: told from the file, before anybody needs it. */
export function stopChecks(facts: WiringFacts): Check[] {
  const name = 'Review apps can be stopped'
  const forecasts = 'value' in facts.pipeline ? facts.pipeline.value.forecasts : []
  const checks =
    forecasts.length > 0
      ? forecasts.map((forecast) => stopCheck(forecast, facts))
      : [judged(name, facts.pipeline, () => ok(name, 'The pipeline makes no review apps.'))]
  return checks.map((check) => ({ group: 'stop', ...check }))
}

function stopCheck({ deployJob, stopJob, willStop, checks }: StopForecast, { project }: WiringFacts): Judged {
  const name = `What ${deployJob} deploys can be stopped`
  const failed = checks.filter(({ passed }) => !passed)
  const [worst] = failed.toSorted((one, other) => Number(other.isVital) - Number(one.isVital))
  if (!worst) return ok(name, `${stopJob ?? 'Its stop job'} is there, can be played, and needs no branch.`)
  return found(willStop ? 'warning' : 'problem', name, worst.words, {
    evidence: failed.flatMap(({ words, evidence }) => (words === worst.words ? [evidence] : [`${words} ${evidence}`])),
    fix: { kind: 'link', words: 'Mend the pipeline file', href: `/projects/${project.id}/pipeline` },
  })
}
