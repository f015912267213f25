import type { Deployment, Environment, Project } from './world.ts'

const deploymentsOf = (project: Project, environment: Environment): Deployment[] =>
  [...project.deployments.values()].filter(({ environmentId }) => environmentId === environment.id)

const latestFinished = (deployments: Deployment[]): Deployment | null =>
  deployments.reduce<Deployment | null>(
    (latest, deployment) =>
      deployment.finishedAt && (!latest?.finishedAt || deployment.finishedAt >= latest.finishedAt)
        ? deployment
        : latest,
    null,
  )

/** What GitLab calls the last deployment: the successful one that finished last. */
export const lastSuccess = (project: Project, environment: Environment): Deployment | null =>
  latestFinished(deploymentsOf(project, environment).filter(({ status }) => status === 'success'))

/** The last deployment that ended, well or not: its pipeline is where GitLab looks for the stop job. */
export const lastFinished = (project: Project, environment: Environment): Deployment | null =>
  latestFinished(deploymentsOf(project, environment))
