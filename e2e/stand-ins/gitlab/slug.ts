import { createHash } from 'node:crypto'

/** `CI_ENVIRONMENT_SLUG` (GitLab's lib/gitlab/slug/environment.rb), written here apart from Berth's own so that neither checks itself. */
export function environmentSlug(name: string): string {
  let slug = name.toLowerCase().replace(/[^a-z0-9]/gu, '-')
  if (!/^[a-z]/.test(slug)) slug = `env-${slug}`
  slug = slug.replace(/-+/g, '-')
  if (slug.length <= 24 && slug === name) return slug.replace(/-$/, '')
  const digest = createHash('sha256').update(name).digest('hex')
  const stem = slug.slice(0, 17)
  return `${stem}${stem.endsWith('-') ? '' : '-'}${BigInt(`0x${digest}`).toString(36).slice(-6)}`
}

/** `CI_COMMIT_REF_SLUG`: runs of dashes stay, and the result may be empty. */
export const refSlug = (ref: string): string =>
  ref
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
