import type { Metadata } from 'next'
import { knownHosts } from '#lib/queries/setup.ts'
import { GivenNote } from '../given-note.tsx'
import { nextIn } from '../next-of.ts'
import { setupContext } from '../setup-context.ts'
import { SetupFrame } from '../setup-frame.tsx'
import { ProjectsForm } from './projects-form.tsx'

export const metadata: Metadata = { title: 'Setup · Projects' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ProjectsStep({ searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const next = nextIn((await searchParams).next)
  const hosts = await knownHosts(ctx)
  const { given, gitlab } = setup
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="projects"
      // A host that was just connected is read within seconds; its apps then stand in the lists.
      topics={hosts.slice(0, 10).map(({ name }) => `host:${name}`)}
      about="Berth looks at nothing before you say which. Where an app bears the project’s name it is proposed; the rest is found by the address of the environment."
    >
      {given.projects || given.gitlab ? (
        <GivenNote variable={given.projects ? 'BERTH_GITLAB_PROJECTS' : 'BERTH_GITLAB_URL'}>
          {!given.projects && (
            <p className="text-ink-soft">
              Every project that its token is a member of is shown, or those in BERTH_GITLAB_PROJECTS.
            </p>
          )}
        </GivenNote>
      ) : gitlab === null ? (
        <p className="rounded-xl border bg-surface p-5 text-sm text-ink-soft">Connect GitLab first.</p>
      ) : (
        <ProjectsForm
          next={next}
          hosts={hosts}
          chosen={gitlab.projects.map((path) => ({ path, mapping: setup.mappings[path] ?? {} }))}
        />
      )}
    </SetupFrame>
  )
}
