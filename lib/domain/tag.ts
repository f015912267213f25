/** A tag of the repository, and the commit that it names. */
export interface Tag {
  name: string
  sha: string
}
