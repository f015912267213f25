/** Next bundles pages and routes apart from each other; what is being read is shared by the whole process. */
const shared = globalThis as { berthReads?: Map<string, Promise<unknown>> }

/**
 * Reads once for everybody who asks for the same `key` while that read is under way: when a change sends two hundred open
 * pages back for the same board, the database is asked once. Nothing is kept, so nothing is ever older than its read.
 */
export function together<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
  shared.berthReads ??= new Map()
  const reads = shared.berthReads
  const running = reads.get(key) as Promise<Value> | undefined
  if (running) return running
  const started = read().finally(() => reads.delete(key))
  reads.set(key, started)
  return started
}
