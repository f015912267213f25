/** Longest line that is waited for, in characters; one that is longer is nobody's line and is dropped. */
const longestLine = 64 * 1024

/** Makes whole lines of text that comes in pieces. What stands after the last line break waits for the next piece. */
export function createLines(onLine: (line: string) => void): (text: string) => void {
  let rest = ''
  let tooLong = false
  return (text) => {
    const pieces = text.split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      if (!tooLong) onLine(rest + piece)
      rest = ''
      tooLong = false
    }
    rest += last
    if (rest.length > longestLine) {
      rest = ''
      tooLong = true
    }
  }
}
