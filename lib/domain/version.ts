/** `1.2.3`; prereleases and build numbers are no versions here: nobody promotes to production by them. */
export interface Version {
  major: number
  minor: number
  patch: number
}

/** What stands for the version in the template of a tag's name. */
export const versionMark = '$VERSION'

/** No leading zeros, as semver.org has it, and no more digits than a number holds exactly. */
const digits = '(0|[1-9]\\d{0,14})'
const plain = new RegExp(`^${digits}\\.${digits}\\.${digits}$`)

/** The version in a tag's name; `null` when the name is not the template with one in it. */
export function versionIn(tag: string, template: string): Version | null {
  const [before = '', after] = template.split(versionMark)
  if (after === undefined || !tag.startsWith(before) || !tag.endsWith(after)) return null
  const found = plain.exec(tag.slice(before.length, tag.length - after.length))
  if (!found) return null
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map(Number)
  return { major, minor, patch }
}

/** `v1.2.3` */
export const tagOf = ({ major, minor, patch }: Version, template: string): string =>
  template.split(versionMark).join(`${major}.${minor}.${patch}`)

/** The highest, not the newest: an old line may have got a fix since. `null` when no tag has one. */
export function highestVersion(tags: readonly string[], template: string): Version | null {
  return tags
    .flatMap((tag) => versionIn(tag, template) ?? [])
    .reduce<Version | null>((highest, version) => (highest && !isHigher(version, highest) ? highest : version), null)
}

export function isHigher(one: Version, other: Version): boolean {
  if (one.major !== other.major) return one.major > other.major
  if (one.minor !== other.minor) return one.minor > other.minor
  return one.patch > other.patch
}

/** Names of the tag that could come next; before the first one, those after 0.0.0. */
export interface NextTags {
  patch: string
  minor: string
  major: string
}

export function nextTags(tags: readonly string[], template: string): NextTags {
  const { major, minor, patch } = highestVersion(tags, template) ?? { major: 0, minor: 0, patch: 0 }
  return {
    patch: tagOf({ major, minor, patch: patch + 1 }, template),
    minor: tagOf({ major, minor: minor + 1, patch: 0 }, template),
    major: tagOf({ major: major + 1, minor: 0, patch: 0 }, template),
  }
}
