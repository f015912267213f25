import type { documentedVariables } from '../lib/env.ts'

type Documented = typeof documentedVariables

/** `.env.example`: every variable, commented out, at its default. */
export function envExample(variables: Documented): string {
  const entries = variables.map(({ name, about, default: value }) => `# ${about}\n# ${name}=${value}\n`)
  return `# Copy to .env and uncomment what differs. Written by bin/env-example.ts from lib/env.ts.\n\n${entries.join('\n')}`
}

/** The configuration table of the README. */
export function envTable(variables: Documented): string {
  const rows = variables.map(({ name, about, default: value }) => {
    return `| \`${name}\` | ${about.replaceAll('|', '\\|')} | ${value === '' ? '' : `\`${value}\``} |`
  })
  return ['| variable | what it does | default |', '|---|---|---|', ...rows].join('\n')
}

const marked = /(<!-- env -->\n)[\s\S]*?(\n<!-- \/env -->)/

/** The README with the table between its markers renewed; as it is when it has no markers. */
export function withEnvTable(readme: string, variables: Documented): string {
  return readme.replace(marked, (_, before: string, after: string) => before + envTable(variables) + after)
}
