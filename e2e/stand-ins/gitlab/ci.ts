import { jobVariables, refVariables } from './job-variables.ts'
import * as script from './scripts.ts'
import type { Script } from './shell.ts'
import type { Tier } from './tier.ts'
import type { OwnJob, Pipeline, Project, Ref, World } from './world.ts'

/** A job of `.gitlab-ci.yml`, as GitLab reads it for one ref. */
export interface JobDefinition {
  name: string
  stage: string
  manual: boolean
  allowFailure: boolean
  environment: {
    name: string
    urlOf: (slug: string) => string | null
    action: 'start' | 'stop'
    onStop?: string | null
    tier?: Tier | null
    autoStopMs?: number | null
  } | null
  /** Jobs that it waits for instead of the stages before its own. */
  needs?: string[] | null
  script: Script
}

/** In this order; a stage starts when all before it went well. */
const stages = ['test', 'review', 'staging', 'production']

/** Projects whose pipelines make no review apps. */
const withoutReviewApps = new Set(['hello/handbook'])

const appName = (project: Project): string => project.path.split('/').at(-1) as string

const automatic = { manual: false, allowFailure: false }
/** `when: manual` at a job's own level: it may be left alone without blocking the pipeline. */
const byHand = { manual: true, allowFailure: true }

/** A job that deploys to an environment of its own name. */
function deploying(world: World, project: Project, name: string, when: typeof automatic): JobDefinition {
  const app = name === 'production' ? appName(project) : `${appName(project)}-${name.replace(/^production-/, '')}`
  return {
    name,
    stage: name.replace(/-.*/s, ''),
    ...when,
    environment: { name, urlOf: () => addressOf(world, project, { name, app }), action: 'start' },
    script:
      project.production.on === 'heroku'
        ? script.dpl(app)
        : script.push('production', app, { force: project.production.byForce === true }),
  }
}

/** On Heroku production has a domain of its own, staging the one that Heroku gave it. */
function addressOf(world: World, project: Project, { name, app }: { name: string; app: string }): string {
  if (project.production.on !== 'heroku') return `http://${app}.localhost:${world.hosts.production.httpPort}/`
  return `http://${name === 'production' ? 'www.' : ''}${app}.localhost:${world.heroku?.port ?? 0}/`
}

/** The jobs that a push of a branch or tag makes, by the pipeline of the talk. */
function talkDefinitions(world: World, project: Project, { ref, tag }: Ref): JobDefinition[] {
  const rake: JobDefinition = { name: 'rake', stage: 'test', ...automatic, environment: null, script: script.rake }
  const { by, environments } = project.production
  const productions = (when: typeof automatic) => environments.map((name) => deploying(world, project, name, when))
  if (tag) return [rake, ...(by === 'tag' ? productions(automatic) : [])]
  if (ref === project.defaultBranch) {
    return [rake, deploying(world, project, 'staging', automatic), ...(by === 'job' ? productions(byHand) : [])]
  }
  if (withoutReviewApps.has(project.path)) return [rake]
  const review = `review/${ref}`
  return [
    rake,
    {
      name: 'review',
      stage: 'review',
      ...automatic,
      environment: {
        name: review,
        urlOf: (slug) => `http://${slug}.localhost:${world.hosts.review.httpPort}`,
        action: 'start',
        onStop: 'stop_review',
      },
      script: script.review,
    },
    {
      name: 'stop_review',
      stage: 'review',
      ...byHand,
      environment: { name: review, urlOf: () => null, action: 'stop' },
      script: script.stopReview,
    },
  ]
}

/** The jobs of a pipeline: those of its commit's file, or of the talk. */
export const definitions = (world: World, project: Project, pipeline: Omit<Pipeline, 'status'>): JobDefinition[] =>
  pipeline.own?.jobs.map((job) => ownDefinition(world, project, pipeline, job)) ??
  talkDefinitions(world, project, pipeline)

export const stagesOf = ({ own }: Pick<Pipeline, 'own'>): string[] => own?.stages ?? stages

function ownDefinition(world: World, project: Project, ref: Ref & { sha: string }, job: OwnJob): JobDefinition {
  const { environment } = job
  const urlOf = (slug: string): string | null =>
    environment?.url
      ? jobVariables(refVariables(world, project, ref), job.variables, { CI_ENVIRONMENT_SLUG: slug }).expand(
          environment.url,
        )
      : null
  return { ...job, environment: environment && { ...environment, urlOf }, script: script.own(job) }
}
