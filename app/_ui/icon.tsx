/** Every drawing in `public/icons.svg`, by its id there. */
export type IconName =
  | 'alert'
  | 'arrow-left'
  | 'arrow-right'
  | 'arrow-up'
  | 'arrow-down'
  | 'ban'
  | 'berth'
  | 'box'
  | 'branch'
  | 'check'
  | 'circle'
  | 'clock'
  | 'close'
  | 'commit'
  | 'copy'
  | 'cross'
  | 'dash'
  | 'database'
  | 'hand'
  | 'history'
  | 'link-out'
  | 'lock'
  | 'megaphone'
  | 'merge'
  | 'moon'
  | 'pause'
  | 'question'
  | 'retry'
  | 'rocket'
  | 'search'
  | 'spinner'
  | 'stop'
  | 'sun'
  | 'screen'
  | 'terminal'
  | 'sign-out'

/** One drawing of the sprite; decoration only, so words must stand beside it. A sprite costs the page no script at all. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg aria-hidden="true" className={`shrink-0 ${className}`}>
      <use href={`/icons.svg#${name}`} />
    </svg>
  )
}
