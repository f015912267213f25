import { shortSha } from './branch.ts'
import { type Decision, refuse } from './decision.ts'
import { listed } from './sentence.ts'
import type { Tag } from './tag.ts'
import { highestVersion, isHigher, nextTags, tagOf, versionIn } from './version.ts'

export interface TagWish {
  /** Its name; `null` when none was chosen. */
  name: string | null
  sha: string
  /** All that the project has. */
  tags: readonly Tag[]
  template: string
}

/** Whether this tag may name the commit: one that does already is taken as it is, a new one has to be higher than all. */
export function taggability({ name, sha, tags, template }: TagWish): Decision<{ name: string; exists: boolean }> {
  const names = tags.map((tag) => tag.name)
  if (name === null) return refuse(`Name the tag to create: ${nextWords(names, template)}.`)
  const version = versionIn(name, template)
  if (!version) {
    return refuse(
      `A tag of this project reads like ${tagOf({ major: 1, minor: 2, patch: 3 }, template)}; this one does not.`,
    )
  }
  const existing = tags.find((tag) => tag.name === name)
  if (existing?.sha === sha) return { allowed: true, name, exists: true }
  if (existing)
    return refuse(`Tag ${name} names ${shortSha(existing.sha)} already. The next is ${nextWords(names, template)}.`)
  const highest = highestVersion(names, template)
  if (highest && !isHigher(version, highest)) {
    return refuse(
      `Tag ${name} is not higher than ${tagOf(highest, template)}. The next is ${nextWords(names, template)}.`,
    )
  }
  return { allowed: true, name, exists: false }
}

function nextWords(names: readonly string[], template: string): string {
  const { patch, minor, major } = nextTags(names, template)
  return listed([patch, minor, major]).replace(' and ', ' or ')
}
