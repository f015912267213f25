'use client'

import { type ReactNode, useEffect, useState } from 'react'

/** Shows its children until an instant (milliseconds since 1970); `null` keeps them. */
export function Departing({ at, children }: { at: number | null; children: ReactNode }) {
  const [hasLeft, setHasLeft] = useState(false)
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => setHasLeft(true), Math.max(0, at - Date.now()))
    return () => clearTimeout(timer)
  }, [at])
  return hasLeft ? null : children
}
