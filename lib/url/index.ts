export { createProber, type Prober, type ProberOptions } from './prober.ts'
