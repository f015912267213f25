/** `://user:` and what follows it up to the `@`, or up to where a text was cut off, unless that is a port. */
const password = /(:\/\/[^\s/:@]{0,256}:)(?:[^\s/@]{1,1024}(?=@)|(?!\d{1,5}$)[^\s/@]{1,1024}$)/g

/**
 * What a program wrote, without the passwords in its addresses: Dokku prints `postgres://user:password@host` when it links
 * a database, and so do programs that cannot reach theirs.
 */
export const withoutPasswords = (text: string): string => text.replace(password, '$1…')
