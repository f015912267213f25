import type { Told } from './message.ts'

/** Between the sign and the name: to a reader nothing, to Mattermost the end of a word. */
const gap = '\u200b'

/**
 * Text that Mattermost shows as it is. A backslash ends formatting but not a mention, which Mattermost looks for word by word
 * in the raw text; a gap that nobody sees does.
 */
export const mattermostText = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]()#~|<>]/g, String.raw`\$&`)
    .replace(/^(\d*)([-+=.])/, String.raw`$1\$2`)
    .replaceAll('@', `@${gap}`)

/** Body for an incoming webhook. */
export function mattermostBody({ mark, title, about, words, url }: Told): object {
  const link = `[Look in Berth](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`
  const lines = [
    `${mark}**${mattermostText(title)}**`,
    mattermostText(words),
    [mattermostText(about), link].filter(Boolean).join(' · '),
  ]
  return { text: lines.filter(Boolean).join('\n') }
}
