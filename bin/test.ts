import { ensureChromium } from './chromium.ts'
import { dependencies, endToEnd, integration, inWords, pages, runSuites, verification } from './suites.ts'
import { ensureSystemTools } from './system-tools.ts'

/** `npm test`: everything, also from a fresh clone. The last line adds up all suites. */
ensureSystemTools()
process.env.BERTH_CHROMIUM = await ensureChromium()
const total = runSuites([...verification, dependencies, integration, pages, endToEnd])
console.log(inWords(total))
process.exitCode = total.failed > 0 ? 1 : 0
