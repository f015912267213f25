import { randomBytes } from 'node:crypto'

/** One database of a service plugin. */
export interface Service {
  plugin: string
  name: string
  createdAt: Date
  containerId: string
  password: string
  running: boolean
  /** Linked apps with the config variable that carries the address. */
  links: { app: string; variable: string }[]
}

export function createService(plugin: string, name: string, createdAt: Date): Service {
  return {
    plugin,
    name,
    createdAt,
    containerId: randomBytes(32).toString('hex'),
    password: randomBytes(16).toString('hex'),
    running: true,
    links: [],
  }
}

/** The address with the password, as `postgres:info` prints it and a link puts it into the app's config. */
export function dataSourceName(service: Service): string {
  const host = `dokku-${service.plugin}-${service.name.replace(/[._]/g, '-')}`
  const database = service.name.replace(/[.-]/g, '_')
  return `${service.plugin}://${service.plugin}:${service.password}@${host}:5432/${database}`
}
