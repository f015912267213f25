import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** For tests: a site on loopback that answers each connection as the test writes it, byte by byte. */
export interface ScriptedSite {
  port: number
  /** What arrived on each connection, in order. */
  requests: string[]
  /** Connections that are open still. */
  sockets: Set<Socket>
  close(): Promise<void>
}

export type Script = (socket: Socket, request: string) => void

export async function scriptedSite(script: Script, tls?: { cert: string; key: string }): Promise<ScriptedSite> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const onConnection = (socket: Socket) => {
    sockets.add(socket)
    const index = requests.push('') - 1
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      const isFirst = requests[index] === ''
      requests[index] += chunk.toString()
      if (isFirst) script(socket, requests[index] ?? '')
    })
  }
  const server: Server = tls ? createTlsServer(tls, onConnection) : createServer(onConnection)
  // A visitor who hangs up amid the handshake is no fault of the test.
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An answer of this status with these header lines and an empty body. */
export const answer = (status: number, ...headers: string[]): string =>
  [`HTTP/1.1 ${status} Any`, 'content-length: 0', ...headers, '', ''].join('\r\n')
