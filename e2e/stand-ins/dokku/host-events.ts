import { EventEmitter } from 'node:events'

/** What Docker tells of an app's containers as it happens, in the form in which the plugin `berth` tells it on. */
export interface HostEvent {
  at: Date
  app: string
  kind: 'deployed' | 'started' | 'died' | 'restarting' | 'stopped'
  /** `web.1`; `null` when it concerns the app. */
  process: string | null
  words: string
}

export interface HostEvents {
  tell(event: Omit<HostEvent, 'at'>): void
  /** Answers the way to stop. */
  follow(onEvent: (event: HostEvent) => void): () => void
}

export function createHostEvents(): HostEvents {
  const emitter = new EventEmitter<{ event: [HostEvent] }>().setMaxListeners(0)
  return {
    tell: (event) => void emitter.emit('event', { at: new Date(), ...event }),
    follow(onEvent) {
      emitter.on('event', onEvent)
      return () => emitter.off('event', onEvent)
    },
  }
}
