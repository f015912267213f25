export type Tier = 'production' | 'staging' | 'testing' | 'development' | 'other'

const guesses: [RegExp, Tier][] = [
  [/(dev|review|trunk)/i, 'development'],
  [/(test|tst|int|ac(ce|)pt|qa|qc|control|quality)/i, 'testing'],
  [/(st(a|)g|mod(e|)l|pre|demo|non)/i, 'staging'],
  [/(pr(o|)d|live)/i, 'production'],
]

/** The tier that GitLab gives an environment that names none; nothing is anchored, so `preview` is development. */
export const guessTier = (name: string): Tier => guesses.find(([words]) => words.test(name))?.[1] ?? 'other'
