import type { StoredFinding } from '#lib/domain/finding.ts'
import { FindingLine } from '../../../../_ui/finding-line.tsx'

/** What is the matter here, with what each source says and the ways out. */
export function Findings({
  findings,
  asOf,
  mayAct,
  here,
}: {
  findings: readonly StoredFinding[]
  asOf: Date
  mayAct: boolean
  here: string
}) {
  if (findings.length === 0) return null
  return (
    <section aria-label="Findings" className="overflow-hidden rounded-xl border bg-surface">
      <ul className="divide-y">
        {findings.map((finding) => (
          <FindingLine
            key={finding.id}
            finding={finding}
            asOf={asOf}
            mayAct={mayAct}
            snoozeHref={`${here}?snooze=${finding.id}`}
            aboutThisPage={finding.subject.kind === 'environment'}
          />
        ))}
      </ul>
    </section>
  )
}
