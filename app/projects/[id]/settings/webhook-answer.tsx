import type { Failure } from '#lib/domain/errors.ts'

/** What came of a press, in words. */
export type WebhookAnswer = { done: { words: string } } | { failure: Failure }

export const WebhookAnswered = ({ answer }: { answer: WebhookAnswer | null }) => (
  <>
    <p role="status" className="text-pretty text-ink-soft">
      {answer && 'done' in answer && answer.done.words}
    </p>
    {answer && 'failure' in answer && (
      <p role="alert" className="text-pretty text-critical">
        {answer.failure.message}
      </p>
    )}
  </>
)
