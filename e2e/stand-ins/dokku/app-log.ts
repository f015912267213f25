import { EventEmitter } from 'node:events'

/** One line an app's container wrote. */
export interface LogLine {
  at: Date
  /** `web.1` */
  process: string
  text: string
}

/** What the containers of all apps wrote, in memory only: the last lines of each app, and whoever follows them. */
export interface AppLogs {
  write(app: string, process: string, text: string): void
  of(app: string): LogLine[]
  forget(app: string): void
  /** Calls back for every new line; answers the way to stop. */
  follow(app: string, onLine: (line: LogLine) => void): () => void
}

const keptLines = 2000

export function createAppLogs(): AppLogs {
  const lines = new Map<string, LogLine[]>()
  const followers = new EventEmitter().setMaxListeners(0)
  return {
    write(app, process, text) {
      const line = { at: new Date(), process, text }
      const kept = lines.get(app) ?? []
      kept.push(line)
      if (kept.length > keptLines) kept.shift()
      lines.set(app, kept)
      followers.emit(app, line)
    },
    of: (app) => lines.get(app) ?? [],
    forget: (app) => void lines.delete(app),
    follow(app, onLine) {
      followers.on(app, onLine)
      return () => followers.off(app, onLine)
    },
  }
}
