import type { ChangedLine, ChangedPart } from '#lib/ci-yaml/changes.ts'
import { listed } from '#lib/domain/sentence.ts'
import type { PipelineDraft } from '#lib/operations/pipeline-draft.ts'
import { fileBox } from './file-text.tsx'

const looks: Record<ChangedLine['kind'], { sign: string; className: string; words: string }> = {
  same: { sign: ' ', className: 'text-ink-soft', words: '' },
  added: { sign: '+', className: 'bg-ok-wash', words: 'added: ' },
  removed: { sign: '−', className: 'bg-critical-wash', words: 'removed: ' },
}

/** What another file the repository would have. */
export function Changes({ draft }: { draft: PipelineDraft | null }) {
  if (draft === null) return <p className="px-4 py-6 text-center text-sm text-ink-soft">Nothing to compare yet.</p>
  const { changes, existing, defaultBranch, merge } = draft
  return (
    <>
      <div className="flex flex-col gap-1 border-b px-4 py-2.5 text-pretty text-sm text-ink-soft">
        <p>
          {existing === null
            ? `${defaultBranch} has no .gitlab-ci.yml yet: all of it is new.`
            : wordsOf(merge, changes.length > 0)}
        </p>
        {merge.notices.map((notice) => (
          <p key={notice} className="text-attention">
            {notice}
          </p>
        ))}
      </div>
      {changes.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        <section aria-label="Changed lines" tabIndex={0} className={fileBox}>
          {changes.map((part) => (
            <Part key={part.toLine} part={part} />
          ))}
        </section>
      )}
    </>
  )
}

const Part = ({ part: { fromLine, toLine, lines } }: { part: ChangedPart }) => (
  <div className="mb-3 w-max min-w-full">
    <div className="text-ink-faint">
      line {fromLine} → {toLine}
    </div>
    {lines.map(({ kind, text }, index) => {
      const { sign, className, words } = looks[kind]
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place.
        <div key={index} className={`-mx-1 px-1 ${className}`}>
          <span aria-hidden="true">{sign} </span>
          <span className="sr-only">{words}</span>
          {text || ' '}
        </div>
      )
    })}
  </div>
)

function wordsOf({ kept, replaced, added }: PipelineDraft['merge'], isChanged: boolean): string {
  if (!isChanged) return 'The repository has exactly this file.'
  return [
    ...(kept.length > 0 ? [`Kept as it is: ${listed(kept)}.`] : []),
    ...(replaced.length > 0 ? [`Changed: ${listed(replaced)}.`] : []),
    ...(added.length > 0 ? [`Added: ${listed(added)}.`] : []),
  ].join(' ')
}
