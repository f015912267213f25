'use client'

import { type ReactNode, useEffect, useState } from 'react'
import type { PromotionPlan } from '#lib/domain/board.ts'
import { shortSha } from '#lib/domain/branch.ts'
import type { Decision } from '#lib/domain/decision.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { rollbackCaution } from '#lib/domain/rollback.ts'
import { button } from '../../../../_ui/button.ts'
import { Icon } from '../../../../_ui/icon.tsx'
import { Sheet } from '../../../../_ui/sheet.tsx'
import { Notice } from '../../../../_ui/status-badge.tsx'
import { rehearseRerun, rerunDeployment } from '../../actions.ts'
import { DeployForm } from '../../deploy-form.tsx'
import { OperationProgress } from '../../operation-progress.tsx'
import type { Viewer } from '../../viewer.ts'

interface Props {
  projectId: number
  environmentId: number
  name: string
  /** The deployment to go back to; `null` makes the present one again. */
  deploymentId: number | null
  sha: string
  approval: ReactNode
  isApproved: boolean
  operation: Operation | undefined
  jobUrl: string | null
  closeHref: string
  viewer: Viewer
}

/**
 * Rolling back to an earlier deployment, or making the present one again. What would go away is asked of GitLab when the sheet
 * opens; the server asks again at the click.
 */
export function RerunSheet(props: Props) {
  const { name, deploymentId, sha, operation, jobUrl, closeHref, viewer } = props
  const title = deploymentId === null ? `Redeploy ${name}` : `Roll ${name} back to ${shortSha(sha)}`
  return (
    <Sheet title={title} closeHref={closeHref} shape="side">
      {operation ? (
        <OperationProgress
          operation={operation}
          jobUrl={jobUrl}
          closeHref={closeHref}
          mayCancel={viewer.refusal === null}
        />
      ) : (
        <Asking {...props} />
      )}
    </Sheet>
  )
}

function Asking({ projectId, environmentId, name, deploymentId, sha, approval, isApproved, viewer }: Props) {
  const [decision, setDecision] = useState<Decision<PromotionPlan> | null>(null)

  useEffect(() => {
    let isGone = false
    rehearseRerun({ projectId, environmentId, deploymentId }).then((answer) => {
      if (isGone) return
      setDecision('failure' in answer ? { allowed: false, reason: answer.failure.message } : answer.decision)
    })
    return () => {
      isGone = true
    }
  }, [projectId, environmentId, deploymentId])

  const about = (
    <>
      {deploymentId === null ? (
        <p className="text-pretty text-ink-soft">
          The job that deployed <span className="font-mono">{shortSha(sha)}</span> runs again: the same commit, built
          and released once more.
        </p>
      ) : (
        <Notice tone="attention">{rollbackCaution}</Notice>
      )}
    </>
  )
  if (decision?.allowed !== true) {
    return (
      <AskingSource about={about} isAsking={decision === null} reason={viewer.refusal ?? decision?.reason ?? null}>
        GitLab is being asked what would go away …
      </AskingSource>
    )
  }
  return (
    <DeployForm
      sha={sha}
      guards={decision.guards}
      isApproved={isApproved}
      approval={approval}
      words={deploymentId === null ? `Redeploy ${shortSha(sha)} to ${name}` : `Roll ${name} back to ${shortSha(sha)}`}
      note={decision.way === 'job' && `Runs job ${decision.jobName} of pipeline ${decision.pipelineId} again`}
      ask={rerunDeployment.bind(null, { projectId, environmentId, deploymentId })}
      byTag={false}
      projectId={projectId}
      refusal={viewer.refusal}
    >
      {about}
    </DeployForm>
  )
}

/** While it is asked whether something may be done, and when it may not: the button says why. */
export function AskingSource({
  about,
  isAsking,
  reason,
  children,
}: {
  about: ReactNode
  isAsking: boolean
  reason: string | null
  children: ReactNode
}) {
  return (
    <>
      <div className="flex flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">
        {about}
        {isAsking && (
          <p role="status" className="flex items-center gap-2 text-ink-soft">
            <Icon name="spinner" className="size-4 animate-turn" /> {children}
          </p>
        )}
      </div>
      <footer className="border-t bg-surface px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        <button
          type="button"
          disabled
          className={`${button('primary', 'large')} !h-auto min-h-10 w-full py-2 whitespace-normal`}
        >
          {reason ?? 'One moment …'}
        </button>
      </footer>
    </>
  )
}
