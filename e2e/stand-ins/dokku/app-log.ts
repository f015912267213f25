import { EventEmitter } from 'node:events'
import { type Process, processName } from './app.ts'

/** One line a container wrote. */
export interface LogLine {
  at: Date
  /** `web.1` */
  process: string
  text: string
}

/** Who reads a container's log while it is written. */
export interface LogFollower {
  line(line: LogLine): void
  /** So many megabytes at once, to be taken as fast as the reader can. */
  flood(megabytes: number): void
  /** The container has ended, or starts again: Docker closes its log, and who followed it must ask anew. */
  end(): void
}

/** What containers wrote, in memory only: the last lines of each, and whoever follows them. */
export interface AppLogs {
  write(process: Process, text: string): void
  flood(process: Process, megabytes: number): void
  of(process: Process): LogLine[]
  end(process: Process): void
  /** Answers the way to stop. */
  follow(process: Process, follower: LogFollower): () => void
  /** How many follow any container. */
  readonly followers: number
}

const keptLines = 2000

interface Told {
  line: [LogLine]
  flood: [number]
  end: []
}

export function createAppLogs(): AppLogs {
  const lines = new WeakMap<Process, LogLine[]>()
  const followed = new WeakMap<Process, EventEmitter<Told>>()
  let followers = 0
  const ofProcess = (process: Process) => {
    const known = followed.get(process) ?? new EventEmitter<Told>().setMaxListeners(0)
    followed.set(process, known)
    return known
  }
  return {
    write(process, text) {
      const line = { at: new Date(), process: processName(process), text }
      const kept = lines.get(process) ?? []
      kept.push(line)
      if (kept.length > keptLines) kept.shift()
      lines.set(process, kept)
      followed.get(process)?.emit('line', line)
    },
    flood: (process, megabytes) => void followed.get(process)?.emit('flood', megabytes),
    of: (process) => lines.get(process) ?? [],
    end: (process) => void followed.get(process)?.emit('end'),
    follow(process, follower) {
      const emitter = ofProcess(process)
      followers += 1
      emitter.on('line', follower.line).on('flood', follower.flood).on('end', follower.end)
      return () => {
        if (!emitter.listeners('end').includes(follower.end)) return
        followers -= 1
        emitter.off('line', follower.line).off('flood', follower.flood).off('end', follower.end)
      }
    },
    get followers() {
      return followers
    },
  }
}
