/**
 * `$CI_ENVIRONMENT_SLUG` of an expanded environment name: at most 24 of `a-z0-9-`, beginning with a letter. GitLab fixes it
 * when it creates the environment, so this only predicts one that does not exist yet. `sha256Hex` hashes the name's UTF-8
 * bytes. Source: GitLab, lib/gitlab/slug/environment.rb.
 */
export function environmentSlug(name: string, sha256Hex: (text: string) => string): string {
  const dashed = dashesForOthers(name)
  const slug = (/^[a-z]/.test(dashed) ? dashed : `env-${dashed}`).replace(/-+/g, '-')
  if (slug.length <= 24 && slug === name) return slug.replace(/-$/, '')
  const suffix = BigInt(`0x${sha256Hex(name)}`)
    .toString(36)
    .slice(-6)
  return `${slug.slice(0, 17).replace(/-$/, '')}-${suffix}`
}

/**
 * `$CI_COMMIT_REF_SLUG` of a branch or tag: at most 63 of `a-z0-9-`. `''` when nothing is left of the name; two refs can
 * share one. Source: GitLab, gems/gitlab-utils/lib/gitlab/utils.rb.
 */
export const refSlug = (ref: string): string =>
  dashesForOthers(ref)
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')

// By code point, as Ruby counts: without `u` a character outside the basic plane would turn into two dashes.
const dashesForOthers = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/gu, '-')
