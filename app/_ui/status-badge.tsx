import type { ReactNode } from 'react'
import type { Health, Truth } from '#lib/domain/board.ts'
import { Icon, type IconName } from './icon.tsx'

/** The only place that knows which colour a state has. Each also has its own shape, so nobody depends on the colour. */
const looks: Record<Health, { icon: IconName; text: string; wash: string; rail: string }> = {
  critical: {
    icon: 'cross',
    text: 'text-critical',
    wash: 'bg-critical-wash border-critical-line',
    rail: 'bg-critical',
  },
  attention: {
    icon: 'alert',
    text: 'text-attention',
    wash: 'bg-attention-wash border-attention-line',
    rail: 'bg-attention',
  },
  unknown: { icon: 'question', text: 'text-unknown', wash: 'bg-unknown-wash border-unknown-line', rail: 'bg-unknown' },
  busy: { icon: 'spinner', text: 'text-busy', wash: 'bg-busy-wash border-busy-line', rail: 'bg-busy' },
  ok: { icon: 'check', text: 'text-ok', wash: 'bg-ok-wash border-ok-line', rail: 'bg-ok' },
  none: { icon: 'dash', text: 'text-ink-faint', wash: 'bg-sunken border-line', rail: 'bg-line-strong' },
}

/** Healths whose words may stay the colour of text: only the drawing is coloured, and the page stays calm. */
const quiet: ReadonlySet<Health> = new Set(['ok', 'none'])

interface Badge {
  tone: Health
  children: ReactNode
  /** Instead of the tone's own drawing. */
  icon?: IconName | undefined
  /** The whole sentence, on hover. */
  title?: string | undefined
  className?: string
}

/** A state as drawing and word. */
export function StatusBadge({ tone, children, icon, title, className = '' }: Badge) {
  const look = looks[tone]
  const words = tone === 'none' ? 'text-ink-faint' : quiet.has(tone) ? 'text-ink-soft' : `${look.text} font-medium`
  return (
    <span title={title} className={`inline-flex max-w-full items-center gap-1.5 ${className}`}>
      <StatusIcon tone={tone} icon={icon} />
      <span className={`truncate ${words}`}>{children}</span>
    </span>
  )
}

/** A state as a filled pill, for the few places that stand alone. */
export function StatusPill({ tone, children, icon, title, className = '' }: Badge) {
  const look = looks[tone]
  return (
    <span
      title={title}
      className={`inline-flex h-6 items-center gap-1 whitespace-nowrap rounded-full border px-2 text-xs font-medium ${look.wash} ${tone === 'none' ? 'text-ink-soft' : look.text} ${className}`}
    >
      <StatusIcon tone={tone} icon={icon} className="size-3.5" />
      {children}
    </span>
  )
}

/** A state's drawing alone; the words must stand beside it. */
export function StatusIcon({
  tone,
  icon,
  className = 'size-4',
}: {
  tone: Health
  icon?: IconName | undefined
  className?: string
}) {
  const look = looks[tone]
  const drawing = icon ?? look.icon
  return <Icon name={drawing} className={`${className} ${look.text} ${drawing === 'spinner' ? 'animate-turn' : ''}`} />
}

/** The colour of words in a tone, for text that is not a badge. */
export const toneText = (tone: Health): string => looks[tone].text

/** What one source says. */
export function TruthBadge({ truth, className }: { truth: Truth; className?: string }) {
  return (
    <StatusBadge tone={truth.health} title={truth.words} {...(className ? { className } : {})}>
      {truth.state}
    </StatusBadge>
  )
}

/** A block tinted by a state, for a sentence that must be read. */
export function Notice({ tone, children, action }: { tone: Health; children: ReactNode; action?: ReactNode }) {
  const look = looks[tone]
  return (
    <div className={`flex flex-wrap items-start gap-x-2.5 gap-y-2 rounded-lg border px-3 py-2.5 text-sm ${look.wash}`}>
      <StatusIcon tone={tone} className="mt-0.5 size-4" />
      <div className="min-w-0 flex-1 text-pretty text-ink">{children}</div>
      {action}
    </div>
  )
}

/** The stripe at the edge of a row or card that carries its worst fact. Nothing to judge draws nothing. */
export function HealthRail({ health, className = '' }: { health: Health; className?: string }) {
  if (health === 'none' || health === 'ok') return null
  return <span aria-hidden="true" className={`absolute inset-y-0 left-0 w-[3px] ${looks[health].rail} ${className}`} />
}
