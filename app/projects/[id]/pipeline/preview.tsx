import { useState } from 'react'
import { neededVariables, type PipelineOptions, pipelineFile } from '#lib/domain/pipeline-file/index.ts'
import { Changes } from './changes.tsx'
import { FileText, FileTools } from './file-text.tsx'
import { LintResult } from './lint-result.tsx'
import { Propose } from './propose.tsx'
import type { Drafted } from './use-draft.ts'

type View = 'made' | 'whole' | 'changes'

/** What comes of the choices: at once what Berth makes, and after a moment what GitLab says of it. */
export function Preview({
  projectId,
  options,
  isFlawed,
  drafted,
  refusal,
  onProposed,
}: {
  projectId: number
  options: PipelineOptions
  isFlawed: boolean
  drafted: Drafted | null
  refusal: string | null
  onProposed(): void
}) {
  const [view, setView] = useState<View>('made')
  const draft = drafted && 'done' in drafted ? drafted.done : null
  const made = pipelineFile(options)
  const text = view === 'made' ? made : (draft?.file ?? made)
  return (
    <section
      aria-label="Preview"
      className="overflow-hidden rounded-xl border bg-surface xl:sticky xl:top-4 xl:flex xl:max-h-[calc(100dvh-2rem)] xl:flex-col"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2.5">
        <fieldset aria-label="What is shown" className="flex rounded-md border p-0.5">
          <Tab view="made" shown={view} onShow={setView} words="What is made" />
          <Tab view="whole" shown={view} onShow={setView} words="Whole file" />
          <Tab view="changes" shown={view} onShow={setView} words="Changes" />
        </fieldset>
        <FileTools text={text} isDisabled={isFlawed || (view !== 'made' && draft === null)} />
      </header>
      <div className="flex flex-col gap-2.5 border-b px-4 py-3 text-sm">
        <LintResult drafted={drafted} isFlawed={isFlawed} refusal={refusal} />
        <Propose
          projectId={projectId}
          options={options}
          decision={draft?.decision ?? null}
          isRefused={refusal !== null}
          onProposed={onProposed}
        />
      </div>
      {view === 'changes' ? (
        <Changes draft={draft} />
      ) : (
        <FileText text={view === 'whole' ? (draft?.file ?? '') : made} />
      )}
      <details className="border-t px-4 py-2.5 text-sm">
        <summary className="text-ink-soft hover:text-ink">CI/CD variables that it needs</summary>
        <ul className="mt-2 flex flex-col gap-1.5 xl:max-h-48 xl:overflow-auto">
          {neededVariables(options).map(({ key, type, isOptional, words }) => (
            <li key={key} className="text-pretty">
              <code className="font-mono text-xs">{key}</code>{' '}
              <span className="text-ink-soft">
                {type === 'file' ? 'Type File. ' : ''}
                {isOptional ? 'May be missing. ' : ''}
                {words}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function Tab({ view, shown, onShow, words }: { view: View; shown: View; onShow(view: View): void; words: string }) {
  return (
    <button
      type="button"
      aria-pressed={view === shown}
      onClick={() => onShow(view)}
      className="h-6 rounded px-2 text-sm text-ink-soft hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink max-md:h-9"
    >
      {words}
    </button>
  )
}
