import { shortSha } from '#lib/domain/branch.ts'

/** A commit as GitLab writes it, linked to GitLab when its project is known. */
export function CommitMark({
  sha,
  projectUrl,
  className = '',
}: {
  sha: string
  projectUrl?: string
  className?: string
}) {
  const looks = `relative z-10 font-mono text-xs text-ink-soft ${className}`
  if (!projectUrl) return <code className={looks}>{shortSha(sha)}</code>
  return (
    <a href={`${projectUrl}/-/commit/${sha}`} className={`${looks} hover:text-ink hover:underline`} title={sha}>
      {shortSha(sha)}
    </a>
  )
}
