import type { Deployment, HookTrigger, Job, MergeRequest, Pipeline, Project, User } from './world.ts'

/** Something that GitLab tells hooks of. */
export type Happening =
  | {
      trigger: 'push_events' | 'tag_push_events'
      name: string
      before: string | null
      after: string | null
      user: User
    }
  | { trigger: 'merge_requests_events'; mergeRequest: MergeRequest; action: MergeRequestAction; user: User }
  | { trigger: 'pipeline_events'; pipeline: Pipeline }
  | { trigger: 'job_events'; job: Job }
  | { trigger: 'deployment_events'; deployment: Deployment }

export type MergeRequestAction = 'open' | 'update' | 'merge' | 'close'

type Listener = (happening: Happening) => void

const listeners = new WeakMap<Project, Listener>()

/** Whoever calls a project's hooks hears of everything from here on; a project without hooks has nobody who listens. */
export const listenTo = (project: Project, listener: Listener): void => void listeners.set(project, listener)

export const happened = (project: Project, happening: Happening): void => listeners.get(project)?.(happening)

/** As hooks call it: `push_events` is the trigger `push_hooks`. */
export const hooksName = (trigger: HookTrigger): string => trigger.replace(/_events$/, '_hooks')
