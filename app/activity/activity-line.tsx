import Link from 'next/link'
import type { ActivityEntry, OperationPlace } from '#lib/queries/activity.ts'
import { RelativeTime } from '../_ui/relative-time.tsx'
import { StatusIcon } from '../_ui/status-badge.tsx'
import { outcomeLooks } from '../_ui/status-looks.ts'
import { environmentHref, projectHref, sweepHref } from '../projects/[id]/board-url.ts'
import { operationHref } from '../projects/[id]/environments/[environmentId]/operation-href.ts'
import { viaWords, wordsOfAction } from './activity-words.ts'

/** One attempt, or its end: who, what, on which target, how it ended and in which words. */
export function ActivityLine({ entry }: { entry: ActivityEntry }) {
  const { id, at, actor, action, target, outcome, words, operation, projectPath, projectId, hash } = entry
  const { tone, icon, words: outcomeWords } = outcomeLooks[outcome]
  return (
    <li className="flex gap-2.5 px-4 py-2.5 text-sm">
      <StatusIcon tone={tone} icon={icon} className="mt-0.5 size-4" />
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-0.5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_6rem]">
        <p className="min-w-0 [overflow-wrap:anywhere]">
          <span className="font-medium">{wordsOfAction(action)}</span>{' '}
          {operation ? (
            <Link
              href={followHref(operation)}
              prefetch={false}
              className="text-ink-soft underline-offset-2 hover:underline"
            >
              {target}
            </Link>
          ) : (
            <span className="text-ink-soft">{target}</span>
          )}
        </p>
        <p className="min-w-0 text-pretty [overflow-wrap:anywhere]">
          <span className="text-ink-soft">{outcomeWords}: </span>
          {words}
        </p>
        <p className="text-xs text-ink-faint tabular-nums lg:text-right">
          <RelativeTime at={at} />
        </p>
        <p className="text-xs text-ink-faint [overflow-wrap:anywhere] lg:col-span-3">
          {actor.name}, {viaWords[actor.via]}
          {projectId !== null && ' · '}
          {projectId !== null && projectPath === null && `project ${projectId}`}
          {projectId !== null && projectPath !== null && (
            <Link href={projectHref(projectId)} prefetch={false} className="hover:underline">
              {projectPath}
            </Link>
          )}
          {' · '}
          <span className="whitespace-nowrap" title={`Hash ${hash}`}>
            entry {id}
          </span>
        </p>
      </div>
    </li>
  )
}

/** Where it goes on; what has ended stands in its environment's timeline, and a sweep on its own page. */
function followHref(operation: OperationPlace): string {
  const { id, kind, status, projectId, environmentId } = operation
  if (kind === 'sweep') return sweepHref(projectId, { operation: id })
  if (environmentId === null) return projectHref(projectId)
  const here = environmentHref(projectId, environmentId)
  return status === 'running' ? operationHref(operation, { here, environmentId }) : here
}
