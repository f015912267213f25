import { memo } from 'react'
import { type LogSpan, markedSpans } from './log-text.ts'
import { toneText } from './status-badge.tsx'

interface Spans {
  spans: readonly LogSpan[]
  /** What it finds is marked. */
  pattern?: RegExp | null
}

/** The text of a log's line in its colours. Drawn again only when it reads otherwise. */
export const LogSpans = memo(
  function LogSpans({ spans, pattern }: Spans) {
    const shown = pattern ? markedSpans(spans, pattern) : spans.map((span) => ({ ...span, isFound: false }))
    return shown.map(({ text, tone, bold, isFound }, index) => {
      const Text = isFound ? 'mark' : 'span'
      return (
        <Text
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's spans have no other identity and never move.
          key={index}
          className={`${tone ? toneText(tone) : isFound ? 'text-ink' : ''} ${bold ? 'font-semibold' : ''} ${
            isFound ? 'rounded-[2px] bg-attention-wash shadow-[0_0_0_1px_var(--color-attention-line)]' : ''
          }`}
        >
          {text}
        </Text>
      )
    })
  },
  (before, after) =>
    before.pattern === after.pattern && (before.spans === after.spans || isSame(before.spans, after.spans)),
)

const isSame = (some: readonly LogSpan[], others: readonly LogSpan[]): boolean =>
  some.length === others.length &&
  some.every(({ text, tone, bold }, index) => {
    const other = others[index]
    return text === other?.text && tone === other.tone && bold === other.bold
  })
