import { isNamedBy } from '#lib/domain/ci-settings.ts'
import type { PendingJob, Runner } from '#lib/domain/runner.ts'
import { listed } from '#lib/domain/sentence.ts'
import { type Check, counted, found, type Judged, judged, ok, some, toldOr } from './check.ts'
import type { WiringFacts } from './facts.ts'
import type { PipelineJob } from './pipeline-jobs.ts'

/** GitLab Runner: is one there for every job, and does it run jobs the way the pipeline means them? */
export function runnerChecks(facts: WiringFacts, asOf: Date): Check[] {
  return [runnerOnline(facts), tagsTaken(facts), waiting(facts, asOf), executor(facts)].map((check) => ({
    group: 'runners',
    ...check,
  }))
}

const isReady = (runner: Runner): boolean => runner.status === 'online' && !runner.isPaused

function runnerOnline(facts: WiringFacts): Judged {
  const name = 'A runner is online'
  return judged(name, facts.runners, (runners) => {
    const ready = runners.filter(isReady)
    const evidence = runners.map(runnerWords)
    if (ready.length > 0) return ok(name, `${counted(ready.length, 'runner')} online for this project.`, evidence)
    const fix = { kind: 'link' as const, words: 'Open the runners in GitLab', href: runnersHref(facts) }
    if (runners.length === 0) return found('problem', name, noRunner(facts), { fix })
    const paused = runners.filter(({ isPaused, status }) => isPaused && status === 'online')
    const words =
      paused.length > 0
        ? `Every runner that is online is paused (${some(paused.map(nameOf))}): it takes no job until somebody resumes it.`
        : 'No runner of this project is online: every job stays pending. Is gitlab-runner running on its machine?'
    return found('problem', name, words, { evidence, fix })
  })
}

function noRunner({ settings }: WiringFacts): string {
  const shared = toldOr(settings, null)?.sharedRunners
  return shared === false
    ? 'The project has no runner, and shared runners are switched off for it: every job stays pending.'
    : 'The project has no runner: every job stays pending.'
}

function tagsTaken(facts: WiringFacts): Judged {
  const name = 'Every job has a runner for its tags'
  return judged(name, facts.runners, (runners) =>
    judged(name, facts.pipeline, ({ jobs }) => {
      const ready = runners.filter(isReady)
      const unread = ready.filter(({ takes }) => takes === null)
      const left = jobs.filter((job) => !ready.some((runner) => takesJob(runner, { ...job, isProtectedRef: true })))
      if (left.length === 0)
        return ok(name, jobs.length === 0 ? 'The pipeline has no job.' : 'Each is taken by a runner that is online.')
      if (unread.length > 0)
        return found(
          'unknown',
          name,
          `GitLab does not tell which tags ${some(unread.map(nameOf))} has; a maintainer of the project may be told.`,
        )
      return found('problem', name, `No runner that is online takes ${listed(left.map(jobWords))}.`, {
        evidence: ready.map(runnerWords),
        fix: {
          kind: 'link',
          words: 'Give a runner the tags, or let it run untagged jobs',
          href: runnersHref(facts),
        },
      })
    }),
  )
}

const jobWords = ({ name, tags }: PipelineJob): string =>
  tags.length === 0 ? `${name}, which has no tags` : `${name} with ${tags.map((tag) => `\`${tag}\``).join(', ')}`

/** A job that has just been made is on its way. */
const patienceSeconds = 60

function waiting(facts: WiringFacts, asOf: Date): Judged {
  const name = 'No job is stuck'
  return judged(name, facts.pendingJobs, (jobs) => {
    const old = jobs.filter(({ createdAt }) => asOf.getTime() - createdAt.getTime() > patienceSeconds * 1000)
    if (old.length === 0) return ok(name, jobs.length === 0 ? 'No job is waiting.' : 'What waits has just begun to.')
    return judged(name, facts.runners, (runners) => {
      const reasons = old.map((job) => ({ job, reason: stuckReason(job, runners, facts) }))
      const stuck = reasons.flatMap(({ job, reason }) => (reason === null ? [] : [{ job, reason }]))
      const evidence = reasons.map(
        ({ job, reason }) => `${job.name} of ${job.ref}: ${reason ?? 'a runner takes it as soon as it is free.'}`,
      )
      const [first] = stuck
      if (!first)
        return ok(name, `${counted(old.length, 'job')} waiting for a runner that is busy.`, evidence.slice(0, 5))
      const words = `${counted(stuck.length, 'job')} will wait for ever: ${first.job.name} of ${first.job.ref}, because ${first.reason}`
      return found('problem', name, words, {
        evidence: evidence.slice(0, 10),
        fix: { kind: 'link', words: `Open ${first.job.name} in GitLab`, href: first.job.webUrl },
      })
    })
  })
}

/** Why no runner will take a job, in words that go on a sentence; `null` when one will, or nobody can tell. */
export function stuckReason(
  job: PendingJob,
  runners: readonly Runner[],
  facts: Pick<WiringFacts, 'protectedRefs'>,
): string | null {
  if (runners.length === 0) return 'the project has no runner.'
  const online = runners.filter(({ status }) => status === 'online')
  if (online.length === 0) return `none of its runners is online (${some(runners.map(runnerWords), 3)}).`
  const ready = online.filter(({ isPaused }) => !isPaused)
  if (ready.length === 0) return `every runner that is online is paused: ${some(online.map(nameOf))}.`
  const isProtectedRef = isProtected(job, facts)
  if (
    ready.some(
      (runner) => takesJob(runner, { tags: job.tags, isProtectedRef: isProtectedRef ?? true }) || runner.takes === null,
    )
  )
    return null
  if (ready.some((runner) => takesJob(runner, { tags: job.tags, isProtectedRef: true })))
    return `the only runners for it run jobs of protected branches alone, and ${job.ref} is not protected.`
  if (job.tags.length === 0) return 'it has no tags, and no runner takes jobs without tags.'
  return `no runner has the tags ${job.tags.map((tag) => `\`${tag}\``).join(', ')}.`
}

function isProtected(
  { ref, isTag }: PendingJob,
  { protectedRefs }: Pick<WiringFacts, 'protectedRefs'>,
): boolean | null {
  const refs = toldOr(protectedRefs, null)
  return refs && isNamedBy(ref, isTag ? refs.tags : refs.branches)
}

const takesJob = ({ takes }: Runner, job: { tags: readonly string[]; isProtectedRef: boolean }): boolean => {
  if (takes === null) return false
  if (takes.protectedOnly && !job.isProtectedRef) return false
  return job.tags.length === 0 ? takes.untagged : job.tags.every((tag) => takes.tags.includes(tag))
}

function executor(facts: WiringFacts): Judged {
  const name = 'Jobs run in the executor that the pipeline is written for'
  return judged(name, facts.executor, (seen) => {
    if (seen === null) return found('unknown', name, 'No finished job has said which executor it ran in.')
    const evidence = [`The log of ${seen.jobName} names the ${seen.executor} executor.`]
    const needing = toldOr(facts.pipeline, null)?.jobs.filter(({ needsContainer }) => needsContainer) ?? []
    if (!withoutContainers.has(seen.executor) || needing.length === 0)
      return ok(name, `Jobs run in the ${seen.executor} executor.`, evidence)
    const words = `The ${seen.executor} executor ignores \`image\` and \`services\`, which ${some(needing.map((job) => job.name))} ${needing.length === 1 ? 'needs' : 'need'}.`
    return found('problem', name, words, {
      evidence,
      fix: {
        kind: 'command',
        words: 'Register a runner with the Docker executor on its machine',
        text: 'sudo gitlab-runner register --executor docker --docker-image ruby:3.4',
      },
    })
  })
}

const withoutContainers = new Set(['shell', 'ssh', 'virtualbox', 'parallels'])

/** The executor that a job's log names at its beginning; `null` when it names none. */
export function executorIn(log: string): string | null {
  const head = log.slice(0, 8192)
  return (
    (/Preparing the "([\w+-]+)" executor/.exec(head) ?? /Using ([\w+-]+) executor/i.exec(head))?.[1]?.toLowerCase() ??
    null
  )
}

const nameOf = ({ id, description }: Runner): string => (description === '' ? `#${id}` : `#${id} (${description})`)

function runnerWords(runner: Runner): string {
  const { reach, status, isPaused, takes } = runner
  const state = isPaused ? `${status}, paused` : status.replaceAll('_', ' ')
  const tags = takes === null ? '' : `; ${tagWords(takes)}`
  return `${nameOf(runner)}, ${reach} runner: ${state}${tags}`
}

function tagWords({ tags, untagged, protectedOnly }: NonNullable<Runner['takes']>): string {
  const taken = [...(tags.length > 0 ? [`tags ${tags.join(', ')}`] : []), ...(untagged ? ['jobs without tags'] : [])]
  return `${taken.length === 0 ? 'takes no job at all' : listed(taken)}${protectedOnly ? ', protected branches only' : ''}`
}

const runnersHref = ({ project }: WiringFacts): string => `${project.webUrl}/-/settings/ci_cd#js-runners-settings`
