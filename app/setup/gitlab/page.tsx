import type { Metadata } from 'next'
import { GivenStep } from '../given-note.tsx'
import { nextIn } from '../next-of.ts'
import { setupContext } from '../setup-context.ts'
import { SetupFrame } from '../setup-frame.tsx'
import { GitlabForm } from './gitlab-form.tsx'

export const metadata: Metadata = { title: 'Setup · GitLab' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function GitlabStep({ searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const next = nextIn((await searchParams).next)
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="gitlab"
      about="Berth reads branches, merge requests, pipelines, environments and deployments from it, with a token of its own."
    >
      {setup.given.gitlab ? (
        <GivenStep variable="BERTH_GITLAB_URL">
          <p className="break-all text-ink-soft">{setup.gitlabUrl}</p>
        </GivenStep>
      ) : (
        <GitlabForm next={next} url={setup.gitlab?.url ?? ''} isConnected={setup.gitlab !== null} />
      )}
    </SetupFrame>
  )
}
