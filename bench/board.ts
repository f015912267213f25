import { setTimeout as delay } from 'node:timers/promises'
import { type Instance, startInstance } from '../e2e/instance.ts'
import { type Measured, milliseconds, percentiles, quantile } from './table.ts'

const atOnce = 50
const rounds = 20

/** Each may ask 600 times a minute. */
const callers = 12

/** Pages of the large project's board under load, while the worker goes on observing. */
export async function measureBoard(): Promise<Measured[]> {
  const berth = await startInstance({ large: true })
  try {
    const tokens = Array.from({ length: callers }, (_, index) => berth.token(`bench-${index}`))
    const projectId = await largeProject(berth, bearer(tokens[0]))
    const board = `${berth.url}/api/v1/projects/${projectId}/board`
    const addresses: [string, string][] = [
      ['an answer without content (/api/health)', `${berth.url}/api/health`],
      ['board, first page (aim: p95 100 ms)', board],
      ['board, page 60 by branch', `${board}?sort=branch&page=60`],
      ['search "7", one character', `${board}?q=7`],
      ['search "fix login"', `${board}?q=fix%20login`],
      ['search without a match', `${board}?q=zzzzzz`],
    ]
    const measured: Measured[] = []
    for (const [what, address] of addresses) {
      await load(address, tokens, 2)
      const alone = await load(address, tokens, rounds, 1)
      const together = await load(address, tokens, rounds)
      measured.push({
        what,
        value: percentiles(together),
        beside: `${atOnce} at once; one at a time: p50 ${milliseconds(quantile(alone, 0.5))}`,
      })
    }
    return measured
  } finally {
    await berth.stop()
  }
}

/** Waits until the large project's first full look is on the board. */
async function largeProject(berth: Instance, headers: Record<string, string>): Promise<number> {
  for (let tries = 0; tries < 240; tries += 1) {
    const answer = (await (await fetch(`${berth.url}/api/v1/projects`, { headers })).json()) as {
      projects: { summary: { projectId: number; pathWithNamespace: string; counts: { branches: number } } }[]
    }
    const found = answer.projects.find(({ summary }) => summary.pathWithNamespace === 'scale/monolith')?.summary
    if (found && found.counts.branches >= 5000) return found.projectId
    await delay(500)
  }
  throw new Error(`The large project did not come.\n${berth.output()}`)
}

async function load(address: string, tokens: readonly string[], times: number, together = atOnce): Promise<number[]> {
  const took: number[] = []
  for (let round = 0; round < times; round += 1) {
    await Promise.all(
      Array.from({ length: together }, async (_, index) => {
        const headers = bearer(tokens[(round * together + index) % tokens.length])
        const startedAt = performance.now()
        const response = await fetch(address, { headers })
        await response.arrayBuffer()
        if (!response.ok) throw new Error(`${address} answered ${response.status}.`)
        took.push(performance.now() - startedAt)
      }),
    )
  }
  return took
}

const bearer = (token = '') => ({ authorization: `Bearer ${token}` })
