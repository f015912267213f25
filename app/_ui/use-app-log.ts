import { useCallback, useEffect, useRef, useState } from 'react'
import { type AppLogLines, createAppLogLines, type ShownLog } from './app-log-lines.ts'
import { type Connection, openAppLogStream, type StreamedState } from './app-log-stream.ts'

/** An app's log as this browser has it. */
export interface AppLogInBrowser {
  shown: ShownLog
  connection: Connection
  /** `null` before the first word of the server. */
  state: StreamedState | null
  isPaused: boolean
  pause(): void
  resume(): void
}

const nothing: ShownLog = { lines: [], dropped: 0, waiting: 0, processes: [] }

/** Reads the stream at this address for as long as the component is there. */
export function useAppLog(address: string): AppLogInBrowser {
  const kept = useRef<AppLogLines>(null)
  const [shown, setShown] = useState(nothing)
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' })
  const [state, setState] = useState<StreamedState | null>(null)
  const [isPaused, setIsPaused] = useState(false)

  useEffect(() => {
    const lines = createAppLogLines()
    kept.current = lines
    setShown(nothing)
    setState(null)
    setIsPaused(false)
    return openAppLogStream(address, {
      onLines(streamed) {
        lines.take(streamed)
        setShown(lines.shown())
      },
      onState: setState,
      onConnection: setConnection,
    })
  }, [address])

  const pause = useCallback(() => {
    kept.current?.pause()
    setIsPaused(true)
  }, [])
  const resume = useCallback(() => {
    kept.current?.resume()
    setIsPaused(false)
    if (kept.current) setShown(kept.current.shown())
  }, [])

  return { shown, connection, state, isPaused, pause, resume }
}
