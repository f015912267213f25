const base =
  'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none transition-colors ' +
  'disabled:cursor-not-allowed aria-disabled:cursor-not-allowed'

const kinds = {
  /** The one thing this place is for. */
  primary:
    'bg-ink text-surface hover:bg-ink-soft disabled:bg-sunken disabled:text-ink-faint disabled:hover:bg-sunken aria-disabled:bg-sunken aria-disabled:text-ink-faint',
  /** Everything else. */
  plain:
    'border border-line-strong bg-surface text-ink hover:bg-sunken disabled:text-ink-faint disabled:hover:bg-surface aria-disabled:text-ink-faint',
  /** Inside a row, where forty of them stand below each other. */
  quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
  /** Takes something away that does not come back by itself. */
  danger:
    'bg-critical text-surface hover:opacity-90 disabled:bg-sunken disabled:text-ink-faint disabled:hover:opacity-100',
} as const

const sizes = {
  small: 'h-7 px-2 text-sm max-md:h-9 max-md:px-3',
  medium: 'h-8 px-3 text-sm max-md:h-10 max-md:px-4',
  large: 'h-10 px-4 text-base max-md:h-12',
} as const

/** Classes of a button or of a link that looks like one. Grows under a thumb. */
export const button = (kind: keyof typeof kinds = 'plain', size: keyof typeof sizes = 'medium'): string =>
  `${base} ${kinds[kind]} ${sizes[size]}`
