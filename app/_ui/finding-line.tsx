import Link from 'next/link'
import { type Finding, isSnoozed, type Resolution, type StoredFinding, subjectKey } from '#lib/domain/finding.ts'
import { findingKindWords, subjectWords } from '#lib/domain/finding-words.ts'
import { environmentHref, sweepHref } from '../projects/[id]/board-url.ts'
import { button } from './button.ts'
import { ClockTime, RelativeTime } from './relative-time.tsx'
import { sourceWords } from './source-words.ts'
import { StatusIcon } from './status-badge.tsx'

/** One finding with what each source says, since when, and what to do about it. */
export function FindingLine({
  finding,
  asOf,
  mayAct,
  snoozeHref,
  aboutThisPage = false,
}: {
  finding: StoredFinding
  asOf: Date
  mayAct: boolean
  /** Where it is snoozed, or its snooze ended. */
  snoozeHref: string
  /** The page is about its subject already, so that it need not be named. */
  aboutThisPage?: boolean
}) {
  const { severity, words, since, evidence, resolutions, unknownSince, closedAt, projectPath } = finding
  const isQuiet = isSnoozed(finding, asOf) || closedAt !== null
  const tone = closedAt ? 'ok' : unknownSince ? 'unknown' : isQuiet ? 'none' : severity
  return (
    <li className="flex gap-2.5 px-4 py-2.5 text-sm">
      <StatusIcon tone={tone} className="mt-0.5 size-4" />
      <div className="flex min-w-0 flex-1 items-start gap-x-6 gap-y-1.5 max-lg:flex-col">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="sr-only">{closedAt ? 'ended' : severity}: </span>
            {!aboutThisPage && <Subject finding={finding} />}
            <span className={aboutThisPage ? 'font-medium' : 'text-ink-soft'}>{findingKindWords[finding.kind]}</span>
            {!aboutThisPage && projectPath && <span className="text-xs text-ink-faint">{projectPath}</span>}
            <span className="text-xs text-ink-faint">
              since <RelativeTime at={since} terse />
              {closedAt && (
                <>
                  , ended <RelativeTime at={closedAt} />
                </>
              )}
            </span>
          </p>
          <p className="text-pretty [overflow-wrap:anywhere]">{words}</p>
          <Evidence evidence={evidence.filter((one) => one.words !== words)} />
          {unknownSince && (
            <p className="text-unknown">
              Whether it still holds is unknown since <ClockTime at={unknownSince} />: a source it rests on is silent.
            </p>
          )}
          {finding.snooze && isSnoozed(finding, asOf) && (
            <p className="text-ink-soft">
              Snoozed until <RelativeTime at={finding.snooze.until} /> by {finding.snooze.by}: {finding.snooze.reason}
            </p>
          )}
          {!closedAt &&
            resolutions
              .filter(({ act }) => act === 'by-hand')
              .map((resolution) => (
                <p key={resolution.words} className="text-pretty text-xs text-ink-soft">
                  {resolution.words}
                </p>
              ))}
        </div>
        {!closedAt && mayAct && <Actions finding={finding} asOf={asOf} snoozeHref={snoozeHref} />}
      </div>
    </li>
  )
}

function Subject({ finding: { subject, projectId } }: { finding: StoredFinding }) {
  const words = subjectWords(subject)
  if (subject.kind === 'environment' && projectId !== null) {
    return (
      <Link
        href={environmentHref(projectId, subject.environmentId)}
        prefetch={false}
        className="min-w-0 truncate font-medium hover:underline"
      >
        {words}
      </Link>
    )
  }
  if (subject.kind === 'heroku') {
    return (
      <Link href="/hosts" prefetch={false} className="font-medium hover:underline">
        {words}
      </Link>
    )
  }
  const host = subject.kind === 'environment' ? null : subject.host
  if (host === null) return <span className="font-medium">{words}</span>
  return (
    <Link
      href={`/hosts/${host}`}
      prefetch={false}
      className={`min-w-0 truncate font-medium hover:underline ${subject.kind === 'host' ? '' : 'font-mono text-xs leading-5'}`}
    >
      {words}
    </Link>
  )
}

function Evidence({ evidence }: { evidence: Finding['evidence'] }) {
  if (evidence.length === 0) return null
  return (
    <ul className="text-xs text-ink-soft">
      {evidence.map(({ source, words }) => (
        <li key={`${source} ${words}`} className="[overflow-wrap:anywhere]">
          <span className="text-ink-faint">{sourceWords(source)}:</span> {words}
        </li>
      ))}
    </ul>
  )
}

const actWords: Record<Exclude<Resolution['act'], 'by-hand'>, string> = {
  stop: 'Stop',
  sweep: 'Sweep',
  restart: 'Restart',
  rebuild: 'Rebuild',
  redeploy: 'Redeploy',
}

function Actions({ finding, asOf, snoozeHref }: { finding: StoredFinding; asOf: Date; snoozeHref: string }) {
  const about = subjectWords(finding.subject)
  return (
    <p className="flex shrink-0 flex-wrap gap-1.5">
      {finding.resolutions.map((resolution) => {
        const { act, words } = resolution
        const href = hrefOf(resolution, finding)
        if (act === 'by-hand' || href === null) return null
        return (
          <Link
            key={act}
            href={href}
            prefetch={false}
            title={words}
            aria-label={`${actWords[act]} ${about}`}
            className={button('plain', 'small')}
          >
            {actWords[act]}
          </Link>
        )
      })}
      <Link
        href={snoozeHref}
        scroll={false}
        prefetch={false}
        aria-label={`${isSnoozed(finding, asOf) ? 'End snooze of' : 'Snooze'} ${findingKindWords[finding.kind]} of ${about}`}
        className={button('quiet', 'small')}
      >
        {isSnoozed(finding, asOf) ? 'End snooze' : 'Snooze'}
      </Link>
    </p>
  )
}

/** `null` where a resolution has no button: the subject does not say where to press it. */
function hrefOf({ act }: Resolution, { subject, projectId }: StoredFinding): string | null {
  if (act === 'by-hand' || projectId === null) return null
  if (act === 'sweep') return sweepHref(projectId, { subjects: [subjectKey(subject)] })
  if (subject.kind !== 'environment') return null
  const here = environmentHref(projectId, subject.environmentId)
  if (act === 'stop') return `${here}?stop=${subject.environmentId}`
  return act === 'redeploy' ? here : `${here}?ask=${act}`
}
