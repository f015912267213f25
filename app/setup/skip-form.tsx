import type { SkippableStep } from '#lib/domain/setup-steps.ts'
import { button } from '../_ui/button.ts'
import { skipStepAction } from './actions.ts'

/** Passes the step by; it can be taken up later. */
export function SkipForm({ step, children }: { step: SkippableStep; children: string }) {
  return (
    <form action={skipStepAction}>
      <input type="hidden" name="step" value={step} />
      <button type="submit" className={button('plain', 'large')}>
        {children}
      </button>
    </form>
  )
}
