import Link from 'next/link'
import { type Actor, mayOnlyLook } from '#lib/domain/access.ts'
import { signOutAction } from '../sign-in/actions.ts'
import { Icon, type IconName } from './icon.tsx'
import { LiveIndicator } from './live.tsx'
import type { Theme } from './theme.ts'
import { ThemeToggle } from './theme-toggle.tsx'

export interface Crumb {
  words: string
  href?: string
}

const places: { words: string; href: string; icon: IconName }[] = [
  { words: 'Findings', href: '/findings', icon: 'alert' },
  { words: 'Hosts', href: '/hosts', icon: 'box' },
  { words: 'Activity', href: '/activity', icon: 'history' },
]

/** Where one is, whether it is live, and who one is. Who may only look reads so. */
export function TopBar({
  crumbs,
  actor,
  theme,
}: {
  crumbs: readonly Crumb[]
  actor: Pick<Actor, 'name' | 'access'>
  theme: Theme
}) {
  return (
    <header className="sticky top-0 z-20 border-b bg-surface">
      <div className="mx-auto flex h-12 max-w-[110rem] items-center gap-2 px-6 max-md:px-4">
        <Link
          href="/"
          prefetch={false}
          className="-ml-1 flex items-center gap-2 rounded-md px-1 py-1 font-semibold"
          aria-label="Berth, all projects"
        >
          <Icon name="berth" className="size-5" />
          <span className={crumbs.length > 0 ? 'max-md:hidden' : ''}>Berth</span>
        </Link>
        <nav aria-label="Breadcrumb" className="flex min-w-0 flex-1 items-center gap-2">
          {crumbs.map(({ words, href }, index) => (
            // On a phone there is room for one way back: the nearest.
            <span
              key={words}
              className={`flex min-w-0 items-center gap-2 ${index < crumbs.length - 2 ? 'max-md:hidden' : ''}`}
            >
              <span aria-hidden="true" className="text-line-strong">
                /
              </span>
              {href ? (
                <Link href={href} prefetch={false} aria-label={words} className="truncate text-ink-soft hover:text-ink">
                  <Icon name="arrow-left" className="size-4 md:hidden" />
                  <span className="max-md:hidden">{words}</span>
                </Link>
              ) : (
                <span aria-current="page" className="truncate font-medium">
                  {words}
                </span>
              )}
            </span>
          ))}
        </nav>
        <nav aria-label="Everything" className="flex items-center gap-1">
          {places.map(({ words, href, icon }) => (
            <Link
              key={href}
              href={href}
              prefetch={false}
              aria-label={words}
              className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-sm text-ink-soft hover:bg-sunken hover:text-ink max-md:size-10 max-md:justify-center max-md:px-0"
            >
              <Icon name={icon} />
              <span className="max-md:hidden">{words}</span>
            </Link>
          ))}
        </nav>
        <LiveIndicator />
        {mayOnlyLook(actor) && (
          <span className="ml-2 inline-flex items-center gap-1 rounded-full border px-2 py-0.5 text-xs text-ink-soft">
            <Icon name="lock" className="size-3.5" /> Read-only
          </span>
        )}
        <ThemeToggle initial={theme} />
        <form action={signOutAction}>
          <button
            type="submit"
            title={`Sign out ${actor.name}`}
            aria-label={`Sign out ${actor.name}`}
            className="inline-flex size-8 items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink max-md:size-10"
          >
            <Icon name="sign-out" />
          </button>
        </form>
      </div>
    </header>
  )
}
