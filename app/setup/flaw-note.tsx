import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { Icon } from '../_ui/icon.tsx'
import { CopyLine } from './copy-line.tsx'

const tones = {
  critical: { box: 'border-critical-line bg-critical-wash', text: 'text-critical', icon: 'cross' },
  attention: { box: 'border-attention-line bg-attention-wash', text: 'text-attention', icon: 'alert' },
} as const

/** What is the matter, and the way out. */
export function FlawNote({ flaw, tone = 'critical' }: { flaw: Flaw; tone?: keyof typeof tones }) {
  const { box, text, icon } = tones[tone]
  return (
    <div role="alert" className={`flex gap-2.5 rounded-lg border px-3 py-2.5 text-sm ${box}`}>
      <Icon name={icon} className={`mt-0.5 size-4 shrink-0 ${text}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className={`text-pretty font-medium break-words ${text}`}>{flaw.words}</p>
        {flaw.remedy && <p className="text-pretty break-words text-ink-soft">{flaw.remedy}</p>}
        {flaw.command && <CopyLine text={flaw.command} label="the line" />}
      </div>
    </div>
  )
}
