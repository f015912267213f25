'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/**
 * Puts the operation that a sheet happens to show into the address, so that its end is still shown there: an onlooker's sheet
 * was opened before anybody pressed.
 */
export function KeepInAddress({ href }: { href: string }) {
  const router = useRouter()
  useEffect(() => router.replace(href, { scroll: false }), [router, href])
  return null
}
