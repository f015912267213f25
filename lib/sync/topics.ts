/** Whom a change concerns: the project's page and the fleet, and the pages of the environments whose row or history changed. */
export function topicsOf(
  projectId: number,
  rowKeys: readonly string[],
  environmentIds: Iterable<number> = [],
): string[] {
  const ofRows = rowKeys.filter((key) => /^e\d+$/.test(key)).map((key) => `environment:${key.slice(1)}`)
  const environments = new Set([...ofRows, ...[...environmentIds].map((id) => `environment:${id}`)])
  if (rowKeys.length === 0 && environments.size === 0) return []
  return [`project:${projectId}`, 'fleet', ...environments]
}
