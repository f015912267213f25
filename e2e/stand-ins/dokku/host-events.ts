import { EventEmitter } from 'node:events'

/** Something that happened on the host, in the form in which the plugin `berth` tells it. */
export interface HostEvent {
  at: Date
  app: string
  kind:
    | 'created'
    | 'destroyed'
    | 'deployed'
    | 'started'
    | 'died'
    | 'restarting'
    | 'stopped'
    | 'locked'
    | 'unlocked'
    | 'scaled'
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
