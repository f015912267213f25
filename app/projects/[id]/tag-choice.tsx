'use client'

import { useEffect, useState } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import type { NextTags } from '#lib/domain/version.ts'
import { suggestTags } from './actions.ts'

const parts = ['patch', 'minor', 'major'] as const

/** The tag that will be created: one that could come next by GitLab's present tags, or another. */
export function TagChoice({
  projectId,
  tag,
  onChange,
}: {
  projectId: number
  tag: string
  onChange(tag: string): void
}) {
  const [next, setNext] = useState<NextTags | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    let isGone = false
    suggestTags({ projectId }).then((answer) => {
      if (isGone) return
      if ('failure' in answer) return setFailure(answer.failure)
      setNext(answer.tags)
      onChange(answer.tags.patch)
    })
    return () => {
      isGone = true
    }
  }, [projectId, onChange])

  return (
    <fieldset className="flex flex-col gap-2 text-sm">
      <legend className="mb-1.5 font-semibold">New tag</legend>
      {failure && (
        <p role="alert" className="text-pretty text-critical">
          {failure.message}
        </p>
      )}
      {next ? (
        <div className="flex flex-wrap gap-2">
          {parts.map((part) => (
            <label
              key={part}
              className="inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border px-3 has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-busy max-md:h-10"
            >
              <input
                type="radio"
                name="tag"
                checked={tag === next[part]}
                onChange={() => onChange(next[part])}
                className="sr-only"
              />
              <span className="font-mono">{next[part]}</span>
              <span className="text-xs text-ink-faint">{part}</span>
            </label>
          ))}
        </div>
      ) : (
        !failure && <p className="text-ink-faint">GitLab is being asked for its tags …</p>
      )}
      <label className="flex items-center gap-2">
        <span className="text-ink-soft">or</span>
        <input
          value={tag}
          onChange={({ target }) => onChange(target.value.trim())}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          aria-label="Name of the tag"
          className="h-8 w-44 rounded-md border border-line-strong bg-surface px-2.5 font-mono max-md:h-10"
        />
      </label>
    </fieldset>
  )
}
