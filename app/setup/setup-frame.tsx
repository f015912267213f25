import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Actor } from '#lib/domain/access.ts'
import { type SetupStep, type StepState, setupSteps } from '#lib/domain/setup-steps.ts'
import { Icon, type IconName } from '../_ui/icon.tsx'
import { Live } from '../_ui/live.tsx'
import { Shell } from '../_ui/shell.tsx'
import { stepWords } from './step-words.ts'

interface Props {
  actor: Actor
  steps: Record<SetupStep, StepState>
  step: SetupStep
  /** What one does here, below the heading. */
  about: ReactNode
  /** What else this page lives by. */
  topics?: readonly string[]
  children: ReactNode
}

/** One step of the setup, with where one is on the way. */
export function SetupFrame({ actor, steps, step, about, topics = [], children }: Props) {
  const number = setupSteps.indexOf(step) + 1
  return (
    <Shell actor={actor} crumbs={[{ words: 'Setup' }]}>
      <Live topics={['connections', ...topics]} />
      <div className="mx-auto grid w-full max-w-[60rem] gap-x-12 gap-y-6 pt-4 md:grid-cols-[13rem_minmax(0,1fr)] max-md:pt-0">
        <StepList steps={steps} current={step} />
        <div className="flex min-w-0 max-w-[42rem] flex-col gap-5">
          <header className="flex flex-col gap-1">
            <p className="text-sm text-ink-faint">
              Step {number} of {setupSteps.length}
            </p>
            <h1 className="text-xl font-semibold">{headings[step]}</h1>
            <div className="max-w-prose text-pretty text-ink-soft">{about}</div>
          </header>
          {children}
        </div>
      </div>
    </Shell>
  )
}

const headings: Record<SetupStep, string> = {
  gitlab: 'Connect your GitLab',
  'sign-in': 'Let people sign in with GitLab',
  hosts: 'Add your Dokku hosts',
  heroku: 'Connect Heroku',
  projects: 'Choose the projects',
}

function StepList({ steps, current }: { steps: Record<SetupStep, StepState>; current: SetupStep }) {
  return (
    <nav aria-label="Steps" className="md:sticky md:top-18 md:self-start">
      <ol className="flex flex-col gap-1 max-md:flex-row max-md:gap-1.5">
        {setupSteps.map((step) => {
          const { title } = stepWords[step]
          const state = steps[step]
          const isCurrent = step === current
          const look = isCurrent && state === 'open' ? here : looks[state]
          const content = (
            <>
              <span
                className={`flex size-6 shrink-0 items-center justify-center rounded-full border text-xs font-medium ${look.mark}`}
              >
                {look.icon ? <Icon name={look.icon} className="size-3.5" /> : setupSteps.indexOf(step) + 1}
              </span>
              <span className="flex min-w-0 flex-col max-md:sr-only">
                <span
                  className={isCurrent ? 'font-semibold' : state === 'waiting' ? 'text-ink-faint' : 'text-ink-soft'}
                >
                  {title}
                </span>
                {look.words && <span className="text-xs text-ink-faint">{look.words}</span>}
              </span>
            </>
          )
          const shape =
            'flex min-h-11 items-center gap-3 rounded-lg px-2.5 py-1.5 max-md:min-h-10 max-md:min-w-10 max-md:justify-center max-md:px-1'
          return (
            <li key={step} className="max-md:flex-1">
              {state === 'waiting' ? (
                <span className={shape}>{content}</span>
              ) : (
                <Link
                  href={stepWords[step].href}
                  prefetch={false}
                  aria-current={isCurrent ? 'step' : undefined}
                  className={`${shape} ${isCurrent ? 'bg-sunken' : 'hover:bg-sunken'}`}
                >
                  {content}
                </Link>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

interface Look {
  icon: IconName | null
  mark: string
  words: string | null
}

const here: Look = { icon: null, mark: 'border-ink bg-ink text-surface', words: null }

const looks: Record<StepState, Look> = {
  done: { icon: 'check', mark: 'border-ok-line bg-ok-wash text-ok', words: 'Connected' },
  given: { icon: 'lock', mark: 'border-line bg-sunken text-ink-soft', words: 'Set by a variable' },
  skipped: { icon: 'dash', mark: 'border-line bg-surface text-ink-faint', words: 'Skipped' },
  open: { icon: null, mark: 'border-line-strong bg-surface text-ink-soft', words: null },
  waiting: { icon: null, mark: 'border-line bg-surface text-ink-faint', words: null },
}
