import { headers } from 'next/headers'
import { instance } from '#lib/context.ts'

/** How a host gets the plugin that makes looking cheap and crashes visible at once: the one line for its administrator. */
export async function PluginHint() {
  const address = instance().env.BERTH_URL ?? `http://${(await headers()).get('host')}`
  return (
    <details className="rounded-xl border bg-surface text-sm">
      <summary className="cursor-pointer px-4 py-2.5 text-ink-soft hover:text-ink">
        With Berth’s plugin this host answers in one command, and a crash is on screen within a second
      </summary>
      <div className="flex flex-col gap-2 px-4 pb-4 text-ink-soft">
        <p className="max-w-prose text-pretty">
          Without it Berth asks one app after another, slowly, so that the host has its processor for itself. The plugin
          only reads, and prints no value of any variable. On the host, as root:
        </p>
        <code className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs text-ink">
          dokku plugin:install {address.replace(/\/$/, '')}/dokku-plugin/berth.tar.gz --name berth
        </code>
        <p>Berth finds it by itself within minutes.</p>
      </div>
    </details>
  )
}
