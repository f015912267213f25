import { BerthError } from '#lib/domain/errors.ts'
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts'
import type { DokkuHostSettings } from './contract.ts'

/** A few connections to one host for what stays open for long. */
export interface ConnectionPool {
  /** Refuses with `unavailable` when every seat is taken. */
  take(): Seat
  close(): void
}

/** The right to one session on one connection. */
export interface Seat {
  connection: Connection
  /** The host opens no more sessions on this connection: nobody else is seated there until it was empty. */
  crowded(): void
  /** To be called once; an empty connection is closed. */
  giveBack(): void
}

interface Bench {
  connection: Connection
  taken: number
  crowded: boolean
}

export function createConnectionPool(
  host: DokkuHostSettings,
  options: ConnectionOptions & { mostConnections: number; seatsEach: number },
): ConnectionPool {
  const { mostConnections, seatsEach } = options
  const benches: Bench[] = []

  function benchWithRoom(): Bench {
    const free = benches.find(({ taken, crowded }) => taken < seatsEach && !crowded)
    if (free) return free
    if (benches.length >= mostConnections) throw noRoom(host, benches)
    const bench: Bench = { connection: createConnection(host, options), taken: 0, crowded: false }
    benches.push(bench)
    return bench
  }

  return {
    take() {
      const bench = benchWithRoom()
      bench.taken++
      return {
        connection: bench.connection,
        crowded() {
          bench.crowded = true
        },
        giveBack() {
          bench.taken--
          if (bench.taken > 0) return
          bench.crowded = false
          bench.connection.rest()
        },
      }
    },
    close() {
      for (const { connection } of benches) connection.close()
    },
  }
}

function noRoom({ name }: DokkuHostSettings, benches: Bench[]): BerthError {
  const taken = benches.reduce((sum, bench) => sum + bench.taken, 0)
  return new BerthError(
    'unavailable',
    'dokku',
    `Berth already follows ${taken} logs on Dokku host "${name}", which is as many as it may. Close one and try again.`,
  )
}
