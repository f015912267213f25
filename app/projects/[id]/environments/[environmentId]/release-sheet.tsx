'use client'

import { type ReactNode, useEffect, useState } from 'react'
import type { Decision } from '#lib/domain/decision.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { type ReleaseRollbackPlan, releaseRollbackCaution } from '#lib/domain/release-rollback.ts'
import { Sheet } from '../../../../_ui/sheet.tsx'
import { Notice } from '../../../../_ui/status-badge.tsx'
import { rehearseReleaseRollback, rollBackRelease } from '../../actions.ts'
import { DeployForm } from '../../deploy-form.tsx'
import { OperationProgress } from '../../operation-progress.tsx'
import type { Viewer } from '../../viewer.ts'
import { AskingSource } from './rerun-sheet.tsx'

interface Props {
  projectId: number
  environmentId: number
  name: string
  /** The app on Heroku. */
  app: string
  version: number
  approval: ReactNode
  isApproved: boolean
  operation: Operation | undefined
  closeHref: string
  viewer: Viewer
}

/** Going back to an earlier release on Heroku. What would go away is asked when the sheet opens; the server asks again at the click. */
export function ReleaseSheet(props: Props) {
  const { name, version, operation, closeHref } = props
  return (
    <Sheet title={`Roll ${name} back to v${version}`} closeHref={closeHref} shape="side">
      {operation ? (
        <OperationProgress operation={operation} jobUrl={null} closeHref={closeHref} />
      ) : (
        <Asking {...props} />
      )}
    </Sheet>
  )
}

function Asking({ projectId, environmentId, name, app, version, approval, isApproved, viewer }: Props) {
  const [decision, setDecision] = useState<Decision<ReleaseRollbackPlan> | null>(null)

  useEffect(() => {
    let isGone = false
    rehearseReleaseRollback({ projectId, environmentId, version }).then((answer) => {
      if (isGone) return
      setDecision('failure' in answer ? { allowed: false, reason: answer.failure.message } : answer.decision)
    })
    return () => {
      isGone = true
    }
  }, [projectId, environmentId, version])

  const about = <Notice tone="attention">{releaseRollbackCaution}</Notice>
  if (decision?.allowed !== true) {
    return (
      <AskingSource about={about} isAsking={decision === null} reason={viewer.refusal ?? decision?.reason ?? null}>
        Heroku and GitLab are being asked what would go away …
      </AskingSource>
    )
  }
  return (
    <DeployForm
      sha={decision.sha ?? ''}
      guards={decision.guards}
      isApproved={isApproved}
      approval={approval}
      words={`Roll ${name} back to v${version}`}
      note={`Makes a new release of app ${app} on Heroku`}
      ask={rollBackRelease.bind(null, { projectId, environmentId, version })}
      byTag={false}
      projectId={projectId}
      refusal={viewer.refusal}
    >
      {about}
    </DeployForm>
  )
}
