/** Longer than any page's address. */
const longest = 2000

/** Only checked against, never asked. */
const nowhere = 'https://berth.invalid'

/**
 * Where in Berth somebody wanted to go: a path with its query, and `/` for whatever is none. An address that a browser would
 * read as another site's, in any of its spellings, is none; doors of programs and the sign-in itself are no place to go either.
 */
export function ownPath(wanted: string | null | undefined): string {
  if (!wanted || wanted.length > longest || !/^\/(?![/\\])[!-~]*$/.test(wanted) || /\\|%5c|^\/[^?]*%2f/i.test(wanted))
    return '/'
  if (!URL.canParse(wanted, nowhere)) return '/'
  const { origin, pathname, search } = new URL(wanted, nowhere)
  if (origin !== nowhere || pathname.startsWith('//') || /^\/(api|sign-in)(\/|$)/i.test(pathname)) return '/'
  return `${pathname}${search}`
}
