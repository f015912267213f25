import type { Metadata } from 'next'
import { GivenStep } from '../given-note.tsx'
import { nextIn } from '../next-of.ts'
import { setupContext } from '../setup-context.ts'
import { SetupFrame } from '../setup-frame.tsx'
import { SkipForm } from '../skip-form.tsx'
import { HerokuForm } from './heroku-form.tsx'

export const metadata: Metadata = { title: 'Setup · Heroku' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function HerokuStep({ searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const next = nextIn((await searchParams).next)
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="heroku"
      about="Only if staging or production run there. Review apps stay on Dokku."
    >
      {setup.given.heroku ? (
        <GivenStep variable="BERTH_HEROKU_API_KEY" />
      ) : (
        <HerokuForm next={next} account={setup.heroku?.account ?? null} />
      )}
      {setup.steps.heroku === 'open' && next === '/setup' && (
        <SkipForm step="heroku">Skip: nothing of ours is on Heroku</SkipForm>
      )}
    </SetupFrame>
  )
}
