import { isInLane } from './app-name.ts'
import type { BoardRow, RowApp, RowDatabase, RowDeployment, RowHeroku } from './board.ts'
import type { Branch } from './branch.ts'
import { refuse } from './decision.ts'
import type { Deployment } from './deployment.ts'
import type { Environment } from './environment.ts'
import { environmentFindings, judgedHealths } from './environment-findings.ts'
import type { KnownFindings } from './finding.ts'
import { herokuTruth } from './heroku-truth.ts'
import { jobRole } from './job-control.ts'
import type { MergeRequest } from './merge-request.ts'
import type { Pipeline } from './pipeline.ts'
import { lastSuccessful, newest } from './promotion.ts'
import type { Sight } from './source.ts'
import type { StalePolicy } from './staleness.ts'
import { stoppability } from './stoppability.ts'
import { type DokkuView, dokkuTruth, gitlabTruth, worst } from './truth.ts'
import type { NotProbed, ObservedUrl } from './url-probe.ts'
import { urlTruth } from './url-truth.ts'

/** Everything observed that one row is decided from. */
export interface RowFacts {
  projectId: number
  branch: Branch | null
  /** Of the branch's merge requests the open one, else the one that was updated last. */
  mergeRequest: MergeRequest | null
  /** The branch's newest pipeline. */
  pipeline: Pipeline | null
  environment: (Environment & { stateSince: Date }) | null
  /** Of the environment: at least the last successful one and all newer ones. */
  deployments: readonly Deployment[]
  app: RowApp | null
  heroku: RowHeroku | null
  /** Name of another environment that is up and maps to the same app. */
  appUsedBy: string | null
  database: RowDatabase | null
  restore: boolean | null
  /** `null` when it was never probed, or is not to be. */
  url: ObservedUrl | NotProbed | null
  urlStaleMinutes: number
  gitlabSight: Sight
  /** The app's host's, or Heroku's. */
  hostSight: Sight
  policy: StalePolicy
  /** The branch list was read whole, so a branch that is not in it is gone. */
  branchesKnown: boolean
  /** Findings of this environment that are open already. */
  known: KnownFindings
}

/** Decides one row of the board. Ages are filled in when it is read: a row changes only when a fact does. */
export function boardRow(facts: RowFacts, asOf: Date): BoardRow {
  const { environment, deployments, branch, mergeRequest, pipeline, app } = facts
  const success = lastSuccessful(deployments)
  const latest = newest(deployments.filter((deployment) => !success || deployment.iid > success.iid))
  const gitlab = gitlabTruth(environment && { environment, deployments, sight: facts.gitlabSight }, asOf)
  const view = dokkuView(facts, success)
  const dokku = facts.heroku ? herokuTruth(facts.heroku, view, asOf) : dokkuTruth(app, view, asOf)
  const inLane = environment !== null && isInLane(environment)
  const row = {
    projectId: facts.projectId,
    key: environment ? `e${environment.id}` : `b:${branch?.name ?? ''}`,
    zone: inLane ? ('lane' as const) : ('branch' as const),
    branch: branch && {
      name: branch.name,
      commit: branch.commit,
      isDefault: branch.isDefault,
      isProtected: branch.isProtected,
      webUrl: branch.webUrl,
    },
    mergeRequest: mergeRequest && {
      iid: mergeRequest.iid,
      title: mergeRequest.title,
      state: mergeRequest.state,
      draft: mergeRequest.draft,
      author: mergeRequest.authorName,
      webUrl: mergeRequest.webUrl,
    },
    pipeline: pipeline && { id: pipeline.id, status: pipeline.status, sha: pipeline.sha, webUrl: pipeline.webUrl },
    environment: environment && {
      id: environment.id,
      name: environment.name,
      slug: environment.slug,
      state: environment.state,
      tier: environment.tier,
      url: environment.externalUrl,
      createdAt: environment.createdAt,
      autoStopAt: environment.autoStopAt,
    },
    deployment: success && rowDeployment(success, branch),
    newer: latest && rowDeployment(latest, branch),
    app: app && { ...app, processesAt: null },
    heroku: facts.heroku,
    database: facts.database,
    gitlab: { ...gitlab, observedAt: null },
    dokku: { ...dokku, observedAt: null },
    url: urlTruth(facts.url, { inLane, staleMinutes: facts.urlStaleMinutes }, asOf),
    stoppability: environment ? stoppability(environment) : refuse('There is no environment to stop.'),
    activeAt: latestOf(
      branch?.commit.committedAt,
      mergeRequest?.updatedAt,
      success && changedAt(success),
      latest && changedAt(latest),
      environment?.createdAt,
    ),
  }
  const findings = environmentFindings(row, facts, asOf)
  return { ...row, findings, health: worst(...judgedHealths(row, findings, asOf)) }
}

function dokkuView(facts: RowFacts, success: Deployment | null): DokkuView {
  const { environment, deployments, database } = facts
  const isStopped = environment?.state === 'stopped'
  return {
    environmentState: environment?.state ?? null,
    saidAt: isStopped ? environment.stateSince : success && changedAt(success),
    deployed: success !== null,
    deploying: deployments.some(({ status }) => status === 'running'),
    sight: facts.hostSight,
    restore: facts.restore,
    database: database?.exists ? database.name : null,
    usedBy: facts.appUsedBy,
  }
}

/** A deployment as a row or a history shows it. `branch` is the one that it may be of. */
export function rowDeployment(deployment: Deployment, branch: Branch | null): RowDeployment {
  return {
    id: deployment.id,
    iid: deployment.iid,
    sha: deployment.sha,
    ref: deployment.ref,
    status: deployment.status,
    changedAt: changedAt(deployment),
    by: deployment.job?.userName ?? deployment.userName,
    jobId: deployment.job?.id ?? null,
    jobRole: jobRole(branch?.name === deployment.ref ? branch : null),
    jobName: deployment.job?.name ?? null,
    jobUrl: deployment.job?.webUrl ?? null,
    pipelineId: deployment.job?.pipeline?.id ?? null,
    commitTitle: deployment.job?.commitTitle ?? null,
  }
}

/** REST deployments carry no end of their own: the job's end is it. */
export const changedAt = (deployment: Deployment): Date => deployment.job?.finishedAt ?? deployment.updatedAt

const latestOf = (...instants: (Date | null | undefined)[]): Date =>
  new Date(Math.max(0, ...instants.map((instant) => instant?.getTime() ?? 0)))

/** What the search box looks through, in lower case. */
export function searchText(row: BoardRow): string {
  const { branch, mergeRequest, environment, app, deployment, database } = row
  const words = [
    branch?.name,
    branch?.commit.sha,
    branch?.commit.title,
    branch?.commit.authorName,
    mergeRequest && `!${mergeRequest.iid} ${mergeRequest.title} ${mergeRequest.author}`,
    environment?.name,
    environment?.slug,
    app?.app,
    row.heroku?.app,
    deployment?.sha,
    database?.exists ? database.name : null,
  ]
  return [...new Set(words.filter(Boolean))].join('\n').toLowerCase()
}

/** Whose row it is: the merge request's author, else the author of the last commit. */
export const authorOf = (row: BoardRow): string =>
  row.mergeRequest?.author ?? row.branch?.commit.authorName ?? row.deployment?.by ?? ''
