import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the servers listened last time, so that addresses stay the same from one start to the next. */
export interface Ports {
  gitlab: number
  reviewSsh: number
  reviewHttp: number
  reviewHttps: number
  productionSsh: number
  productionHttp: number
  productionHttps: number
  heroku?: number
}

export function readPorts(dir: string): Partial<Ports> {
  const file = join(dir, 'ports.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

export function writePorts(dir: string, ports: Ports): void {
  writeFileSync(join(dir, 'ports.json'), JSON.stringify(ports))
}

/** Starts a server on the ports it had; when somebody else has taken one meanwhile, on free ones. */
export async function onFreePort<Server>(
  wanted: (number | undefined)[],
  start: (ports: number[]) => Promise<Server>,
): Promise<Server> {
  try {
    return await start(wanted.map((port) => port ?? 0))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return await start(wanted.map(() => 0))
  }
}
