import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { nextStep } from '#lib/domain/setup-steps.ts'
import { Shell } from '../_ui/shell.tsx'
import { LeaveDemo } from './leave-demo.tsx'
import { connectionsHref } from './next-of.ts'
import { setupContext } from './setup-context.ts'
import { stepWords } from './step-words.ts'

export const metadata: Metadata = { title: 'Setup' }

/** Goes on where one stopped. In the demo the stand-ins are left first. */
export default async function SetupPage() {
  const { ctx, setup } = await setupContext()
  if (setup.isDemo) {
    return (
      <Shell actor={ctx.actor} crumbs={[{ words: 'Setup' }]}>
        <LeaveDemo isOperator={ctx.actor.kind === 'operator'} />
      </Shell>
    )
  }
  const step = nextStep(setup.steps)
  redirect(step === null ? connectionsHref : stepWords[step].href)
}
