import { inWords, runSuites, verification } from './suites.ts'

/** `npm run verify`: format, lint, types and unit tests. */
const total = runSuites(verification)
console.log(inWords(total))
process.exitCode = total.failed > 0 ? 1 : 0
