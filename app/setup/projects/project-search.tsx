'use client'

import { useEffect, useRef, useState } from 'react'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import type { Project } from '#lib/domain/project.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { findProjectsAction } from '../actions.ts'
import { FlawNote } from '../flaw-note.tsx'

const pauseMs = 250

/** Asks GitLab while one types, and shows what Berth's token sees. */
export function ProjectSearch({ chosen, onAdd }: { chosen: readonly string[]; onAdd(path: string): void }) {
  const [search, setSearch] = useState('')
  const [found, setFound] = useState<{ projects: Project[] } | { flaw: Flaw } | null>(null)
  const [isAsking, setAsking] = useState(true)
  const latest = useRef(0)

  useEffect(() => {
    const number = ++latest.current
    const timer = setTimeout(async () => {
      setAsking(true)
      const answer = await findProjectsAction(search)
      // An earlier question may be answered later.
      if (number !== latest.current) return
      setFound(answer)
      setAsking(false)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [search])

  return (
    <section aria-label="Find projects" className="overflow-hidden rounded-xl border bg-surface">
      <div className="flex items-center gap-2 border-b px-4">
        <Icon
          name={isAsking ? 'spinner' : 'search'}
          className={`size-4 text-ink-faint ${isAsking ? 'animate-turn' : ''}`}
        />
        <input
          type="search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          placeholder="Find a project by its name or group"
          aria-label="Find a project"
          className="h-11 min-w-0 flex-1 bg-surface outline-none max-md:h-12 max-md:text-lg"
        />
      </div>
      {found && 'flaw' in found && (
        <div className="p-4">
          <FlawNote flaw={found.flaw} />
        </div>
      )}
      {found && 'projects' in found && (
        <Results projects={found.projects} chosen={chosen} search={search} onAdd={onAdd} />
      )}
      {found === null && <p className="px-4 py-3 text-sm text-ink-faint">Asking GitLab …</p>}
    </section>
  )
}

function Results({
  projects,
  chosen,
  search,
  onAdd,
}: {
  projects: readonly Project[]
  chosen: readonly string[]
  search: string
  onAdd(path: string): void
}) {
  if (projects.length === 0)
    return (
      <p className="px-4 py-3 text-pretty text-sm text-ink-soft">
        {search === ''
          ? 'The token is a member of no project. Add its owner to one in GitLab, or enter another token.'
          : `No project of the token has “${search}” in its name or group.`}
      </p>
    )
  return (
    <ul className="flex max-h-72 flex-col divide-y overflow-y-auto">
      {projects.map(({ id, pathWithNamespace: path }) => {
        const isChosen = chosen.includes(path)
        return (
          <li key={id} className="flex items-center gap-3 px-4 py-2">
            <span className="min-w-0 flex-1 truncate">{path}</span>
            <button
              type="button"
              disabled={isChosen}
              onClick={() => onAdd(path)}
              aria-label={isChosen ? `${path} is chosen` : `Add ${path}`}
              className={button(isChosen ? 'quiet' : 'plain', 'small')}
            >
              {isChosen && <Icon name="check" className="size-3.5" />}
              {isChosen ? 'Chosen' : 'Add'}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
