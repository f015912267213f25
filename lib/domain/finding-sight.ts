import { type Actor, isAdmin, isAtLeast, roleIn, seenProjects } from './access.ts'
import type { FindingKind, StoredFinding } from './finding.ts'

/** Host facts that count what belongs to every project: only for those who see every project. */
export const countingFindingKinds: readonly FindingKind[] = ['app-limit']

/** Whether a finding is there for this actor: of a project that they see, or about a host itself. */
export function seesFinding(
  actor: Pick<Actor, 'access'>,
  { projectId, kind, subject }: Pick<StoredFinding, 'projectId' | 'kind' | 'subject'>,
): boolean {
  if (projectId !== null) return roleIn(actor, projectId) !== null
  return (
    seenProjects(actor) === 'all' ||
    ((subject.kind === 'host' || subject.kind === 'heroku') && !countingFindingKinds.includes(kind))
  )
}

/** A developer of its project may; what belongs to no project, an admin. */
export const maySnooze = (actor: Pick<Actor, 'access'>, { projectId }: Pick<StoredFinding, 'projectId'>): boolean =>
  projectId === null ? isAdmin(actor) : isAtLeast(actor, 'developer', projectId)

/** A finding as this actor may read it: what it says of projects that they do not see is left out. */
export function findingFor<One extends StoredFinding>(actor: Pick<Actor, 'access'>, finding: One): One {
  const evidence = finding.evidence.filter(({ source }) => {
    const projectId = /^gitlab:(?<id>\d+)$/.exec(source)?.groups?.id
    return projectId === undefined || roleIn(actor, Number(projectId)) !== null
  })
  if (evidence.length === finding.evidence.length) return finding
  return { ...finding, evidence, words: wordsWithoutNames(finding) }
}

/** Of the findings that rest on several projects only this one's sentence names them. */
function wordsWithoutNames({ kind, subject, words }: StoredFinding): string {
  if (kind !== 'name-collision' || subject.kind !== 'app') return words
  return `Several environments that are up map to app ${subject.app}. Each deployment replaces the other's.`
}
