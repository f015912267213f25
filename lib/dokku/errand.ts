import { type ChannelLimits, commandOf, doubt, runInChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import type { DokkuHostSettings } from './contract.ts'
import { unreachable } from './dial.ts'
import type { CommandOutput } from './output.ts'
import { givenUp, orGivenUp } from './patience.ts'
import type { Sink } from './sink.ts'

/** One line to be run to its end. */
export interface Errand extends ChannelLimits {
  line: string
  /** A fresh one for each sending. */
  sink: () => Sink
  /** Asked when the connection was lost under it: whether it is sent once more. */
  mayRepeat: () => boolean
}

/** What errands have cost a host. */
export interface Tally {
  commands: number
  /** While a session was open; dialing and waiting for a session are left out. */
  seconds: number
}

/** Runs it over one connection; `crowded` when the host has no room there for a session more, and nothing has started. */
export async function carry(
  host: DokkuHostSettings,
  connection: Connection,
  errand: Errand,
  tally: Tally,
): Promise<CommandOutput | 'crowded'> {
  const closedBefore = connection.closedCount
  for (let losses = 0; ; losses++) {
    const client = await orGivenUp(connection.client(), errand.signal)
    if (errand.signal?.aborted) throw givenUp(errand.signal)
    const sink = errand.sink()
    const sentAt = performance.now()
    tally.commands++
    const outcome = await runInChannel(client, errand.line, sink, errand).finally(() => {
      tally.seconds += (performance.now() - sentAt) / 1000
    })
    if (outcome.kind === 'ended') return sink.output(outcome.exitCode)
    if (outcome.kind === 'crowded') return 'crowded'
    connection.drop(client)
    if (connection.closedCount > closedBefore)
      throw unreachable(host, `Berth closed the connection${outcome.started ? doubt(errand) : ''}`)
    const mayRepeat = !outcome.started || errand.mayRepeat()
    if (losses > 0 || !mayRepeat)
      throw unreachable(host, `the connection was lost in the middle of ${commandOf(errand.line)}${doubt(errand)}`)
  }
}
