import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { instance } from '#lib/context.ts'
import { themeCookie, themeFrom } from './_ui/theme.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Berth', template: '%s · Berth' },
  description: 'Every branch with its review app; staging and production with what lies between.',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#14171b' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeFrom((await cookies()).get(themeCookie)?.value)
  return (
    <html lang="en" data-theme={theme}>
      <body>
        {instance().env.BERTH_DEMO && <DemoBanner />}
        {children}
      </body>
    </html>
  )
}

function DemoBanner() {
  return (
    <aside aria-label="Demo" className="bg-busy-wash px-4 py-1 text-center text-xs text-busy">
      Demo: this GitLab and these Dokku hosts are stand-ins on this machine. Press anything, or{' '}
      <Link href="/setup" prefetch={false} className="underline">
        connect your own GitLab
      </Link>
      .
    </aside>
  )
}
