import type { Dokku } from './dokku/index.ts'
import type { Actor } from './domain/access.ts'
import type { Mapping } from './domain/mapping.ts'
import type { Database } from './db/client.ts'
import type { Gitlab } from './gitlab/index.ts'

/** What Berth itself needs, whoever asks. */
export interface World {
  db: Database
  gitlab: Gitlab
  /** By host name, in the configured order. */
  dokku: ReadonlyMap<string, Dokku>
  mappingOf(pathWithNamespace: string): Mapping
  now(): Date
}

/** What every door needs: the world, and who asks. */
export interface Context extends World {
  actor: Actor
}
