'use client'

import { useActionState, useState } from 'react'
import type { Mapping } from '#lib/domain/mapping.ts'
import { type KnownHost, mappingProposal } from '#lib/domain/mapping-proposal.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { chooseProjectsAction } from '../actions.ts'
import { FlawNote } from '../flaw-note.tsx'
import { ProjectMapping } from './project-mapping.tsx'
import { ProjectSearch } from './project-search.tsx'

export interface ChosenProject {
  path: string
  mapping: Partial<Mapping>
}

interface Props {
  next: string
  hosts: readonly (KnownHost & { isRead: boolean })[]
  chosen: readonly ChosenProject[]
}

/** The projects to show, each with where its apps are. Nothing is kept before the button. */
export function ProjectsForm({ next, hosts, chosen: before }: Props) {
  const [chosen, setChosen] = useState(before)
  const [tried, send, isPending] = useActionState(chooseProjectsAction, null)
  const unread = hosts.filter(({ isRead }) => !isRead)

  const add = (path: string) => setChosen([...chosen, { path, mapping: mappingProposal(path, hosts) }])
  const remove = (path: string) => setChosen(chosen.filter((project) => project.path !== path))
  const change = (path: string, mapping: Partial<Mapping>) =>
    setChosen(chosen.map((project) => (project.path === path ? { path, mapping } : project)))

  const choice = JSON.stringify({
    paths: chosen.map(({ path }) => path),
    mappings: Object.fromEntries(
      chosen.map(({ path, mapping }) => [
        path,
        { ...mapping, reviewHost: mapping.reviewHost ?? null, named: mapping.named ?? {} },
      ]),
    ),
  })

  return (
    <div className="flex flex-col gap-5">
      <ProjectSearch chosen={chosen.map(({ path }) => path)} onAdd={add} />
      {chosen.length > 0 && (
        <section aria-labelledby="chosen" className="overflow-hidden rounded-xl border bg-surface">
          <h2 id="chosen" className="border-b px-4 py-2.5 font-semibold">
            {chosen.length === 1 ? '1 project' : `${chosen.length} projects`}
          </h2>
          <ul className="flex flex-col divide-y">
            {chosen.map(({ path, mapping }) => (
              <ProjectMapping
                key={path}
                path={path}
                mapping={mapping}
                hosts={hosts}
                onChange={(changed) => change(path, changed)}
                onRemove={() => remove(path)}
              />
            ))}
          </ul>
        </section>
      )}
      {unread.length > 0 && (
        <p className="flex items-center gap-2 text-sm text-ink-soft">
          <Icon name="spinner" className="size-4 animate-turn" />
          Berth reads {unread.map(({ name }) => name).join(' and ')} for the first time; the apps appear in the lists.
        </p>
      )}
      <form action={send} className="flex flex-col gap-4">
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="choice" value={choice} />
        {tried && !isPending && <FlawNote flaw={tried.flaw} />}
        <div>
          <button type="submit" disabled={isPending || chosen.length === 0} className={button('primary', 'large')}>
            {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
            {isPending ? 'Asking GitLab …' : next === '/setup' ? 'Finish and open the board' : 'Save'}
          </button>
        </div>
      </form>
    </div>
  )
}
