/** What the forced command makes of one SSH line: the words it passes on, and what `xargs` complained about, if anything. */
export interface Split {
  words: string[]
  complaint: string | null
}

const echoVersion = [
  'echo (GNU coreutils) 9.1',
  'Copyright (C) 2022 Free Software Foundation, Inc.',
  'License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.',
  'This is free software: you are free to change and redistribute it.',
  'There is NO WARRANTY, to the extent permitted by law.',
  '',
  'Written by Brian Fox and Chet Ramey.',
]

/** Splits a line as Dokku's forced command does: `xargs -n 1` (that is, `echo WORD` each), but plain blanks when it speaks of git. */
export function splitLine(line: string): Split {
  if (line.includes('git')) return { words: line.split(/\s+/).filter(Boolean), complaint: null }
  const { words, unmatched } = xargsWords(line)
  return {
    // With nothing to pass on, xargs still runs `echo` once.
    words: words.length === 0 && !unmatched ? [''] : words.flatMap(echoed),
    complaint:
      unmatched &&
      `xargs: unmatched ${unmatched} quote; by default quotes are special to xargs unless you use the -0 option`,
  }
}

/** One `echo WORD`: its options print nothing, `--version` prints seven lines, and a line is a word to Dokku. */
function echoed(word: string): string[] {
  if (/^-[neE]+$/.test(word)) return []
  if (word === '--version') return echoVersion
  return word.split('\n')
}

function xargsWords(line: string): { words: string[]; unmatched: 'single' | 'double' | null } {
  const words: string[] = []
  let word: string | null = null
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (character === "'" || character === '"') {
      const end = line.indexOf(character, at + 1)
      const quoted = line.slice(at + 1, end)
      if (end < 0 || quoted.includes('\n')) return { words, unmatched: character === "'" ? 'single' : 'double' }
      word = (word ?? '') + quoted
      at = end
    } else if (character === '\\') {
      at += 1
      word = (word ?? '') + line.charAt(at)
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== null) words.push(word)
  return { words, unmatched: null }
}
