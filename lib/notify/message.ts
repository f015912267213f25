import type { Notification } from '#lib/domain/notification.ts'

/** A notification on its way: the same id at every try, by which a receiver recognizes what it had already. */
export interface Message {
  id: string
  notification: Notification
}

const longestLine = 300
const longestWords = 2000

/** One line: whatever a name brought along that would break it, or turn the order of its letters, is gone. */
export const oneLine = (text: string, longest = longestLine): string => {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

const marks: Record<Notification['severity'], string> = { info: '', attention: '⚠️ ', critical: '🔴 ' }

/** What every channel says, each in its own way; a part may be empty. */
export interface Told {
  /** How grave it is, as a sign to stand before the title. */
  mark: string
  title: string
  /** `hello/hello-app · production · by Aiko` */
  about: string
  words: string
  url: string
}

/** `baseUrl` is Berth's own address. */
export function told({ notification }: Message, baseUrl: string): Told {
  const { title, words, path, projectPath, environmentName, host, actor, severity } = notification
  const about = [
    projectPath,
    environmentName,
    projectPath === null ? host : null,
    actor === null ? null : `by ${actor}`,
  ]
  return {
    mark: marks[severity],
    title: oneLine(title),
    about: oneLine(about.filter(Boolean).join(' · ')),
    words: oneLine(words, longestWords),
    url: absolute(path, baseUrl),
  }
}

/** Only a path of Berth's own: another origin in it (`//evil.example`) leads to Berth's first page. */
function absolute(path: string, baseUrl: string): string {
  const base = new URL(baseUrl)
  const url = URL.parse(path, base)
  return url?.origin === base.origin ? url.href : base.href
}
