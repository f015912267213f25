/** Where the channels of a project are, or (`null`) those for every project; with the sheet that stands open over them. */
export function channelsHref(projectId: number | null, open: { channel?: string; remove?: string } = {}): string {
  const query = new URLSearchParams(open).toString()
  const here = projectId === null ? '/channels' : `/projects/${projectId}/settings/channels`
  return query === '' ? here : `${here}?${query}`
}
