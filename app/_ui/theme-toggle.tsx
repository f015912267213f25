'use client'

import { useState } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { type Theme, themeCookie, themes } from './theme.ts'

const icons: Record<Theme, IconName> = { system: 'screen', light: 'sun', dark: 'moon' }
const yearInSeconds = 31_536_000

/** Goes round system, light, dark. A cookie keeps the choice, so that the server paints the right one from the first byte. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial)
  const choose = () => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
    setTheme(next)
    document.documentElement.dataset.theme = next
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that Berth serves.
    document.cookie = `${themeCookie}=${next}; Path=/; Max-Age=${yearInSeconds}; SameSite=Lax`
  }
  return (
    <button
      type="button"
      onClick={choose}
      title={`Theme: ${theme}`}
      aria-label={`Theme: ${theme}`}
      className="inline-flex size-8 items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink max-md:size-10"
    >
      <Icon name={icons[theme]} />
    </button>
  )
}
