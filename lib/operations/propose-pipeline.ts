import { createHash } from 'node:crypto'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import { neededVariables } from '#lib/domain/pipeline-file/index.ts'
import { pipelinePath, proposalDescription, proposalPrefix, proposalTitle } from '#lib/domain/pipeline-proposal.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import type { Context } from '../context.ts'
import { requireShown } from './ask.ts'
import { audited } from './audited.ts'
import { type PipelineDraft, type PipelineWish, readDraft } from './pipeline-draft.ts'
import { requireRole } from './require-role.ts'

export interface PipelineProposal {
  mergeRequest: { iid: number; title: string; webUrl: string }
  /** `changed`: one that was open proposes this now. `there`: one that is open proposed just this already. */
  became: 'opened' | 'changed' | 'there'
  words: string
}

/**
 * Proposes the pipeline by a merge request, in the name of whoever asks. Asking again finds the one that is open. Refused while
 * GitLab's lint refuses the file.
 */
export function proposePipeline(ctx: Context, wish: PipelineWish): Promise<PipelineProposal> {
  const { projectId, options } = wish
  const details = { options: JSON.stringify(options) }
  const change = { action: 'pipeline.propose', projectId, target: `pipeline of project ${projectId}`, details }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'developer', projectId)
    await requireShown(ctx, projectId)
    const draft = await readDraft(ctx, wish)
    refuseUnless(draft.decision)
    const asPerson = await ctx.gitlabAs(ctx.actor.personId)
    const open = await openProposal(ctx.gitlab, projectId, draft)
    const result = open
      ? await brought(ctx.gitlab, asPerson, open, wish, draft)
      : await opened(ctx.gitlab, asPerson, wish, draft)
    const done = {
      target: `!${result.mergeRequest.iid}`,
      details: { ...details, mergeRequest: result.mergeRequest.iid },
    }
    return { result, words: result.words, done }
  })
}

async function openProposal(
  gitlab: Gitlab,
  projectId: number,
  { defaultBranch }: PipelineDraft,
): Promise<MergeRequest | null> {
  const all = await gitlab.mergeRequests(projectId, { state: 'opened' })
  const ours = all.filter((one) => one.sourceBranch.startsWith(proposalPrefix) && one.targetBranch === defaultBranch)
  return ours[0] ?? null
}

/** Brings an open merge request to the file that is wished now, unless people have worked on its branch. */
async function brought(
  gitlab: Gitlab,
  asPerson: Gitlab,
  open: MergeRequest,
  { projectId }: PipelineWish,
  { file }: PipelineDraft,
): Promise<PipelineProposal> {
  const { sourceBranch: branch, iid } = open
  const there = await gitlab.fileAt(projectId, { path: pipelinePath, ref: branch })
  if (there === file) return proposal(open, 'there', `!${iid} proposes just this already.`)
  const head = await gitlab.branch(projectId, branch)
  if (head.commit.title !== proposalTitle) {
    throw new BerthError(
      'refused',
      'berth',
      `!${iid} proposes another file, and ${head.commit.authorName} has changed it since: merge it or close it first.`,
    )
  }
  const action = there === null ? 'create' : 'update'
  await asPerson.commitFiles(projectId, {
    branch,
    startBranch: null,
    message: proposalTitle,
    files: [{ path: pipelinePath, content: file, action }],
  })
  return proposal(open, 'changed', `!${iid} proposes this now.`)
}

async function opened(
  gitlab: Gitlab,
  asPerson: Gitlab,
  { projectId, options }: PipelineWish,
  { file, existing, merge, defaultBranch }: PipelineDraft,
): Promise<PipelineProposal> {
  // Of one content there is one branch: whoever asks twice at once, or again after a lost answer, meets what is there.
  const branch = proposalPrefix + createHash('sha256').update(file).digest('hex').slice(0, 8)
  const isThere = () => holds(gitlab, projectId, { branch, file })
  await unlessDone(isThere, () =>
    asPerson.commitFiles(projectId, {
      branch,
      startBranch: defaultBranch,
      message: proposalTitle,
      files: [{ path: pipelinePath, content: file, action: existing === null ? 'create' : 'update' }],
    }),
  )
  const wish = {
    sourceBranch: branch,
    targetBranch: defaultBranch,
    title: proposalTitle,
    description: proposalDescription(options, merge, neededVariables(options)),
  }
  try {
    const made = await asPerson.createMergeRequest(projectId, wish)
    return proposal(made, 'opened', `Opened !${made.iid}.`)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [other] = await gitlab.mergeRequests(projectId, { state: 'opened', sourceBranch: branch })
    if (!other) throw error
    return proposal(other, 'there', `!${other.iid} proposes just this already.`)
  }
}

/** Does it; a refusal counts as done when what was wished is there. */
async function unlessDone(isDone: () => Promise<boolean>, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isRefusal(error) || !(await isDone())) throw error
  }
}

const isRefusal = (error: unknown): boolean => error instanceof BerthError && error.kind === 'refused'

async function holds(
  gitlab: Gitlab,
  projectId: number,
  { branch, file }: { branch: string; file: string },
): Promise<boolean> {
  try {
    return (await gitlab.fileAt(projectId, { path: pipelinePath, ref: branch })) === file
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

const proposal = (
  { iid, title, webUrl }: MergeRequest,
  became: PipelineProposal['became'],
  words: string,
): PipelineProposal => ({ mergeRequest: { iid, title, webUrl }, became, words })
