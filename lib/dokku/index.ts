export type { Dokku, DokkuHostSettings, HostLook } from './contract.ts'
export { createDokku, type DokkuOptions } from './dokku.ts'
