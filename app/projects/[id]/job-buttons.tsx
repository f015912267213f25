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

/** `words` stand on the button in full where it is not one of many. */
export function CancelJob({ projectId, jobId, subject, words = 'Cancel' }: Props & { words?: string }) {
  return (
    <AskButton
      ask={cancelJob.bind(null, { projectId, jobId })}
      label={`${words} ${subject}`}
      className={`${button('quiet', 'small')} max-xl:border`}
    >
      {words}
    </AskButton>
  )
}
