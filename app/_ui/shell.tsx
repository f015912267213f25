import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import type { Actor } from '#lib/domain/access.ts'
import { themeCookie, themeFrom } from './theme.ts'
import { type Crumb, TopBar } from './top-bar.tsx'

/** The frame of every page behind the sign-in. */
export async function Shell({
  actor,
  crumbs = [],
  children,
}: {
  actor: Actor
  crumbs?: readonly Crumb[]
  children: ReactNode
}) {
  const theme = themeFrom((await cookies()).get(themeCookie)?.value)
  return (
    <>
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:bg-surface focus:p-2">
        To the content
      </a>
      <TopBar crumbs={crumbs} actor={actor} theme={theme} />
      <main id="main" className="mx-auto flex max-w-[110rem] flex-col gap-5 px-6 pt-5 pb-24 max-md:px-4">
        {children}
      </main>
    </>
  )
}
