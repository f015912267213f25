import { shortSha } from '#lib/domain/branch.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import { isFinished, type Pipeline } from '#lib/domain/pipeline.ts'
import { newest } from '#lib/domain/promotion.ts'
import { failed, type Held, type Outcome } from './beat.ts'
import { type JobPlan, jobAtEnd, jobNow, outcomeOfJob, pollMs, startJob } from './job-run.ts'
import { patiently } from './patience.ts'

/** What a promotion by tag must say, and what it learns on its way. */
export interface TagPlan {
  tag: string
  productionId: number
  /** The job of the tag's pipeline that deploys to production, once it is found. */
  found?: JobPlan
}

type Deploying = TagPlan & { sha: string; environmentName: string }

/** GitLab creates the pipeline of a tag in the background, and the deployments of its jobs with it. */
const pipelineWithinMs = 120_000
const outageMs = 15 * 60_000

/** Follows a tag to the end: its pipeline, the job in it that deploys to production, played when it waits for a click. */
export async function followTag(held: Held<Deploying>): Promise<Outcome> {
  const found = held.plan.found ?? (await deployJob(held))
  if ('status' in found) return found
  const waiting = await whenReached(held, found.jobId)
  if (waiting) return waiting
  if (held.operation.jobId === null) {
    const started = await startJob(asJob(held, found))
    if (started.status !== 'done') return started
  }
  return outcomeOfJob(await jobAtEnd(held, held.operation.jobId ?? found.jobId))
}

/** Looks for the tag's pipeline and the deployment to production that GitLab made with it, and remembers its job. */
async function deployJob(held: Held<Deploying>): Promise<JobPlan | Outcome> {
  const { tag, sha, environmentName } = held.plan
  const deadline = held.enteredAt.getTime() + pipelineWithinMs
  for (;;) {
    const pipeline = await tagPipeline(held)
    const deployment = pipeline && (await deploymentOf(held, pipeline))
    if (deployment?.job) {
      const found: JobPlan = { jobId: deployment.job.id, jobName: deployment.job.name, act: 'play' }
      await held.remember({ plan: { found } })
      return found
    }
    if (held.world.now().getTime() > deadline) {
      return failed(
        'gitlab',
        pipeline
          ? `Pipeline ${pipeline.id} of tag ${tag} has no job that deploys to ${environmentName}. ${pipeline.webUrl}`
          : `GitLab made no pipeline for tag ${tag} at ${shortSha(sha)} within two minutes; look at its rules.`,
      )
    }
    await held.say(
      pipeline
        ? `Pipeline ${pipeline.id} of tag ${tag} is ${pipeline.status}.`
        : `Waiting for the pipeline of tag ${tag}.`,
    )
    await held.pause(pollMs(held))
  }
}

const tagPipeline = (held: Held<Deploying>): Promise<Pipeline | null> =>
  patiently(held, outageMs, async () => {
    const { tag, sha } = held.plan
    const [latest] = await held.world.gitlab.pipelinesOf(held.operation.projectId, { ref: tag, sha })
    return latest ?? null
  })

const deploymentOf = (held: Held<Deploying>, pipeline: Pipeline): Promise<Deployment | null> =>
  patiently(held, outageMs, async () => {
    const all = await held.world.gitlab.environmentDeployments(held.operation.projectId, held.plan.environmentName)
    return newest(all.filter(({ job }) => job?.pipeline?.id === pipeline.id))
  })

/** Waits until the stages before the job are through; why it will never be reached, or `null`. */
async function whenReached(held: Held<Deploying>, jobId: number): Promise<Outcome | null> {
  for (;;) {
    const job = await jobNow(held, jobId)
    if (job.status !== 'created') return null
    const pipeline = await tagPipeline(held)
    if (pipeline && isFinished(pipeline.status)) {
      return failed('gitlab', `Pipeline ${pipeline.id} ${pipeline.status} before job ${job.name}. ${pipeline.webUrl}`)
    }
    await held.say(`Job ${job.name} waits for the stages before it.`)
    await held.pause(pollMs(held))
  }
}

/** The same operation for those who carry out a job. */
const asJob = (held: Held<Deploying>, found: JobPlan): Held<Deploying & JobPlan> => ({
  ...held,
  plan: { ...held.plan, ...found },
})
