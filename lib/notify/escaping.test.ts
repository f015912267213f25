import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeMessage } from './fake-notification.ts'
import { mattermostBody, mattermostText } from './mattermost.ts'
import { oneLine, told } from './message.ts'
import { slackBody, slackText } from './slack.ts'

/** Names as somebody would write them who means it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...['<!channel>', '<@U024BE7LH>', '@channel', '@all', '@here', '[x](http://evil)', '![](http://evil/a.png)'],
        ...['**', '`', '```', '~town', '#tag', '<http://evil|berth>', '&lt;', '\\', '\r\n', '\u202e', '|', ' ', 'a'],
      ),
    )
    .map((parts) => parts.join('')),
)
const base = 'https://berth.example.jp'
const everywhere = (text: string) =>
  fakeMessage({ title: text, words: text, environmentName: text, actor: text, path: text })

/** Every text of a body that Slack would format, besides those of type plain_text. */
function formatted(body: unknown): string[] {
  if (Array.isArray(body)) return body.flatMap(formatted)
  if (body === null || typeof body !== 'object') return []
  const { type, text, ...rest } = body as Record<string, unknown>
  const own = typeof text === 'string' && type !== 'plain_text' ? [text] : []
  return [...own, ...formatted(text), ...Object.values(rest).flatMap(formatted)]
}

describe('Slack', () => {
  test('no name brings a control character along', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = slackText(text).replaceAll(/&(?:amp|lt|gt);/g, '')
        expect(bare).not.toMatch(/[&<>]/)
      }),
    )
  })

  test('a message has one link and no mention, whatever its names are', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const texts = formatted(slackBody(told(everywhere(text), base)))
        const marked = texts.flatMap((one) => one.match(/<[^>]*>/g) ?? [])
        expect(marked).toHaveLength(1)
        expect(marked[0]).toMatch(/^<https:\/\/berth\.example\.jp\/[^|<>]*\|Look in Berth>$/)
      }),
    )
  })
})

describe('Mattermost', () => {
  test('no name mentions anybody or formats anything', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = mattermostText(oneLine(text))
        expect(shown).not.toMatch(/@[^\u200b]/)
        // Each sign that formats is led by a backslash that is not itself led by one.
        expect(shown.replaceAll(/\\[\\`*_{}[\]()#~|<>+=.-]/g, '')).not.toMatch(/[\\`*_{}[\]()#~|<>]/)
      }),
    )
  })

  test('a message has one link, and as many lines as it has parts', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { text: body } = mattermostBody(told(everywhere(text), base)) as { text: string }
        expect(body.split('\n').length).toBeLessThanOrEqual(3)
        expect(body.match(/(?<!\\)\]\(/g)).toHaveLength(1)
        expect(body).toMatch(/\[Look in Berth\]\(https:\/\/berth\.example\.jp\/[^()\s]*\)$/)
      }),
    )
  })
})

test('a line is one line, in the order of its letters', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})
