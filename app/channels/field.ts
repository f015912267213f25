/** Classes of a field that is typed into, as wide as there is room. */
export const field =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2.5 max-md:h-10 disabled:bg-sunken disabled:text-ink-faint'

/** Classes of one of several to choose from. */
export const chip =
  'inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border px-3 has-checked:border-ink has-checked:bg-sunken has-disabled:cursor-not-allowed has-disabled:text-ink-faint has-focus-visible:outline-2 has-focus-visible:outline-busy max-md:h-10'
