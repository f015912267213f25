import type { HostDetail } from '#lib/queries/host.ts'
import { bytes } from '../../_ui/bytes.ts'
import { Scroller } from '../../_ui/scroller.tsx'

/** Every database of the host with the apps that use it. */
export function HostDatabases({ detail: { services, host } }: { detail: HostDetail }) {
  return (
    <section aria-labelledby="databases" className="overflow-hidden rounded-xl border bg-surface">
      <h2 id="databases" className="flex items-baseline gap-2 border-b px-4 py-2.5 font-semibold">
        Databases <span className="text-sm font-normal text-ink-faint">{services.length}</span>
        <span className="ml-auto text-xs font-normal text-ink-faint">
          {host.plugins.length > 0 ? `plugins ${host.plugins.join(', ')}` : 'no plugin that makes databases'}
        </span>
      </h2>
      {services.length === 0 ? (
        <p className="px-4 py-8 text-center text-ink-faint">This host has no database.</p>
      ) : (
        <Scroller label="All databases" className="max-h-[32rem]">
          <ul className="divide-y">
            {services.map(({ plugin, name, status, version, links, sizeBytes, projectPath }) => (
              <li key={`${plugin} ${name}`} className="grid gap-x-4 px-4 py-2 text-sm md:grid-cols-[2fr_1fr_2fr_1fr]">
                <span className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">{name}</span>
                <span className="text-ink-soft">
                  {status ?? 'not asked yet'} <span className="text-ink-faint">{version ?? plugin}</span>
                </span>
                <span className="text-ink-soft [overflow-wrap:anywhere]">
                  {links.length > 0 ? `linked to ${links.join(', ')}` : status === null ? '' : 'linked to no app'}
                  {projectPath && <span className="text-ink-faint"> · {projectPath}</span>}
                </span>
                <span className="text-ink-faint md:text-right">{sizeBytes === null ? '' : bytes(sizeBytes)}</span>
              </li>
            ))}
          </ul>
        </Scroller>
      )}
    </section>
  )
}
