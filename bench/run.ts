import { cpus } from 'node:os'
import { measureBoard } from './board.ts'
import { measureCrash } from './crash.ts'
import { measureDokku } from './dokku.ts'
import { measureLog } from './log.ts'
import { measurePixel, measureWebhook } from './pixel.ts'
import { measureSync } from './sync.ts'
import { type Measured, table } from './table.ts'
import { measureWeight } from './weight.ts'

/**
 * `npm run bench`: the measured numbers, as one table. Everything runs on this machine, the load and what it loads alike, so
 * a server of its own is at least as fast. `npm run bench sync board` measures only those.
 */
const measurements: Record<string, () => Promise<Measured[]>> = {
  sync: measureSync,
  dokku: measureDokku,
  board: measureBoard,
  weight: measureWeight,
  pixel: measurePixel,
  webhook: measureWebhook,
  crash: measureCrash,
  log: measureLog,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in measurements))
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}; there are ${Object.keys(measurements).join(', ')}.`)
  process.exit(2)
}

const measured: Measured[] = []
for (const [name, measure] of Object.entries(measurements)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.error(`Measuring ${name} …`)
  measured.push(...(await measure()))
}
console.log(`\n${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}\n`)
console.log(table(measured))
process.exit(0)
