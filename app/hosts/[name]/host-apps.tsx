import Link from 'next/link'
import type { OwnedApp as App, HostDetail } from '#lib/queries/host.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Scroller } from '../../_ui/scroller.tsx'
import { environmentHref, projectHref } from '../../projects/[id]/board-url.ts'

const belongingWords: Record<App['belonging'], string> = {
  mapped: 'mapped',
  claimed: 'claimed by its name',
  'not-ours': 'not ours',
}

const columns = [
  { words: 'App', width: 'w-[24%]' },
  { words: 'State', width: 'w-[17%]' },
  { words: 'Deployed', width: 'w-[9%]' },
  { words: 'Belongs to', width: 'w-[27%]' },
  { words: 'Safe from destruction because', width: 'w-[23%]' },
]

/** Every app of the host with whose it is and why it may, or may not, be destroyed from here. */
export function HostApps({ detail: { apps } }: { detail: HostDetail }) {
  return (
    <section aria-labelledby="apps" className="overflow-hidden rounded-xl border bg-surface">
      <h2 id="apps" className="flex items-baseline gap-2 border-b px-4 py-2.5 font-semibold">
        Apps <span className="text-sm font-normal text-ink-faint">{apps.length}</span>
      </h2>
      {apps.length === 0 ? (
        <p className="px-4 py-8 text-center text-ink-faint">This host has no app.</p>
      ) : (
        <Scroller label="All apps" className="max-h-[40rem]">
          <table className="w-full table-fixed text-sm max-md:block">
            <thead className="sticky top-0 border-b bg-surface text-left text-xs text-ink-faint max-md:sr-only">
              <tr>
                {columns.map(({ words, width }) => (
                  <th key={words} scope="col" className={`px-2 py-2 font-normal first:pl-4 last:pr-4 ${width}`}>
                    {words}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y max-md:block">
              {apps.map((app) => (
                <AppLine key={app.name} app={app} />
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </section>
  )
}

function AppLine({ app }: { app: App }) {
  return (
    <tr className="align-top max-md:grid max-md:grid-cols-2 max-md:gap-x-3 max-md:px-4 max-md:py-2.5">
      <td className="py-2 pr-2 pl-4 font-mono text-xs leading-5 [overflow-wrap:anywhere] max-md:col-span-2 max-md:p-0">
        {app.name}
      </td>
      <td className="px-2 py-2 text-ink-soft max-md:p-0">{app.words}</td>
      <td className="px-2 py-2 whitespace-nowrap text-ink-faint max-md:p-0 max-md:text-right">
        {app.deployedAt ? <RelativeTime at={app.deployedAt} /> : 'never'}
      </td>
      <td className="px-2 py-2 [overflow-wrap:anywhere] max-md:col-span-2 max-md:p-0">
        <Owner app={app} />
      </td>
      <td className="py-2 pr-4 pl-2 text-ink-soft max-md:col-span-2 max-md:p-0 max-md:empty:hidden">
        {app.protection}
      </td>
    </tr>
  )
}

function Owner({ app: { belonging, projectId, projectPath, environmentId, environmentName } }: { app: App }) {
  if (projectId === null) return <span className="text-ink-faint">{belongingWords[belonging]}</span>
  return (
    <>
      {environmentId === null ? (
        <Link href={projectHref(projectId)} prefetch={false} className="hover:underline">
          {projectPath}
        </Link>
      ) : (
        <Link href={environmentHref(projectId, environmentId)} prefetch={false} className="hover:underline">
          {environmentName} <span className="text-ink-faint">{projectPath}</span>
        </Link>
      )}
      {belonging === 'claimed' && <span className="text-ink-faint"> · {belongingWords.claimed}</span>}
    </>
  )
}
