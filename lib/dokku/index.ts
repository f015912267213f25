export type { Dokku, DokkuHostSettings } from './contract.ts'
export { createDokku, type DokkuOptions } from './dokku.ts'
export { newKeyPair } from './key-pair.ts'
