/** `gitlab:42` → `GitLab says`, as the head of what it says. */
export function sourceWords(source: string): string {
  const [system, name = ''] = source.split(/:(.*)/s)
  if (system === 'dokku') return `Dokku host ${name}`
  if (system === 'heroku') return 'Heroku'
  return system === 'url' ? 'The URL' : system === 'gitlab' ? 'GitLab' : 'Berth'
}
