import type { Told } from './message.ts'

/**
 * Slack's three control characters (docs.slack.dev, "Formatting message text"): without `<` there is no mention, no channel
 * and no link.
 */
export const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Body for an incoming webhook. What others wrote stands in plain text blocks, where nothing is formatted. */
export function slackBody({ mark, title, about, words, url }: Told): object {
  const plain = (text: string) => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } })
  const headline = `${mark}${title}`
  const link = slackText(url).replaceAll('|', '%7C')
  return {
    text: slackText(headline),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      plain(headline),
      ...(words === '' ? [] : [plain(words)]),
      {
        type: 'context',
        elements: [
          ...(about === '' ? [] : [{ type: 'plain_text', text: about, emoji: false }]),
          { type: 'mrkdwn', text: `<${link}|Look in Berth>` },
        ],
      },
    ],
  }
}
