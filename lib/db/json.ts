const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * Gives the instants of a JSON column their type back: an ISO 8601 string under a key that ends in `At` becomes a `Date`,
 * at any depth. Everything else stays as it is; the argument is not changed.
 */
export function revive<Value = unknown>(value: unknown): Value {
  return revived('', value) as Value
}

function revived(key: string, value: unknown): unknown {
  if (typeof value === 'string') return key.endsWith('At') && instant.test(value) ? new Date(value) : value
  if (Array.isArray(value)) return value.map((item) => revived('', item))
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revived(name, item)]))
}
