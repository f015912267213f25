import { AskButton } from '../../_ui/ask-button.tsx'
import { button } from '../../_ui/button.ts'
import { cancelJob, retryJob } from './actions.ts'

interface Props {
  projectId: number
  jobId: number
  /** What the job works on, for who does not see the row. */
  subject: string
}

export function RetryJob({ projectId, jobId, subject }: Props) {
  return (
    <AskButton
      ask={retryJob.bind(null, { projectId, jobId })}
      label={`Retry ${subject}`}
      className={`${button('quiet', 'small')} max-xl:border`}
    >
      Retry
    </AskButton>
  )
}

export function CancelJob({ projectId, jobId, subject }: Props) {
  return (
    <AskButton
      ask={cancelJob.bind(null, { projectId, jobId })}
      label={`Cancel ${subject}`}
      className={`${button('quiet', 'small')} max-xl:border`}
    >
      Cancel
    </AskButton>
  )
}
