import { BerthError } from '#lib/domain/errors.ts'

/** The longest line that a Dokku host was seen to run, in bytes. At 190 kB the host's shell refuses. */
const longestLineBytes = 130_000

/** Words that need no quotes under any of Dokku's ways to split a line. */
const plain = /^[\w@%+=:,./-]+$/

/** Dokku prints each word with `echo` while it splits, and these `echo` takes as its own options. */
const swallowed = /^(-[neE]+|--help|--version)$/

/**
 * The one line that a Dokku host splits into exactly these words again.
 *
 * There is no shell on the other side: the forced command splits the line by `xargs -n 1`, or, when `git` stands anywhere
 * in it, at blanks with quotes left as they are. An unbalanced quote does not fail there but runs the words before it, so a
 * word that is not certain to arrive is refused here, as `invalid`. The error names the position, never the word, which may
 * be secret.
 */
export function commandLine(words: readonly string[]): string {
  if (words.length === 0) throw cannotCarry('it has no words')
  const mayQuote = !words.some((word) => word.includes('git'))
  const line = words.map((word, index) => carried(word, index + 1, mayQuote)).join(' ')
  if (Buffer.byteLength(line) > longestLineBytes) throw cannotCarry(`it is longer than ${longestLineBytes} bytes`)
  return line
}

function carried(word: string, position: number, mayQuote: boolean): string {
  if (word === '') throw cannotCarry(`word ${position} is empty`)
  if (swallowed.test(word)) throw cannotCarry(`word ${position} would be swallowed on the way`)
  if (plain.test(word)) return word
  if (!mayQuote) throw cannotCarry(`word ${position} needs quotes, which a line with "git" in it cannot carry`)
  if (!word.isWellFormed()) throw cannotCarry(`word ${position} is not Unicode text`)
  if (/[\p{Cc}\\]/u.test(word))
    throw cannotCarry(`word ${position} has a backslash, a line break or a control character`)
  if (word !== word.trim()) throw cannotCarry(`word ${position} begins or ends with a blank`)
  return quoted(word)
}

/** Single quotes around everything but single quotes, which stand in double ones: neither kind knows an escape. */
const quoted = (word: string): string =>
  word
    .split(/('+)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith("'") ? `"${part}"` : `'${part}'`))
    .join('')

const cannotCarry = (reason: string): BerthError =>
  new BerthError('invalid', 'dokku', `This command cannot be sent to Dokku: ${reason}.`)
