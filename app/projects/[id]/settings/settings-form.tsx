'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import type { ProjectSettings } from '#lib/domain/settings.ts'
import { settingsFlaws } from '#lib/domain/settings-flaws.ts'
import type { PolicyPreview as Preview } from '#lib/queries/policies.ts'
import type { KeptSettings } from '#lib/queries/settings.ts'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { saveSettings } from './actions.ts'
import { ApprovalFields } from './approval-fields.tsx'
import { PolicyFields } from './policy-fields.tsx'
import { PolicyPreview } from './policy-preview.tsx'
import { PromotionFields } from './promotion-fields.tsx'

/** What somebody is changing, and which version of the settings they began with. */
interface Draft {
  settings: ProjectSettings
  seen: Date | null
}

/** The settings as they are kept until somebody begins to change them: what others save meanwhile then waits for them to say so. */
export function SettingsForm({
  projectId,
  kept,
  preview,
  mayChange,
}: {
  projectId: number
  kept: KeptSettings
  preview: Preview
  mayChange: boolean
}) {
  const router = useRouter()
  const [draft, setDraft] = useState<Draft | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const settings = draft?.settings ?? kept.settings
  const flaws = settingsFlaws(settings)
  const isOvertaken = draft !== null && draft.seen?.getTime() !== kept.changedAt?.getTime()

  const change = (more: Partial<ProjectSettings>) =>
    setDraft({ settings: { ...settings, ...more }, seen: draft ? draft.seen : kept.changedAt })

  const leave = () => {
    setDraft(null)
    setFailure(null)
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!draft || flaws.length > 0) return
    startTransition(async () => {
      const failed = await saveSettings({ projectId, ...draft })
      setFailure(failed?.message ?? null)
      if (failed === null) setDraft(null)
      router.refresh()
    })
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      {!mayChange && (
        <p className="flex items-center gap-2 text-sm text-ink-soft">
          <Icon name="lock" /> A maintainer of the project changes these.
        </p>
      )}
      <fieldset disabled={!mayChange || isPending} className="contents">
        <PromotionFields value={settings.promotion} onChange={(promotion) => change({ promotion })} />
        <ApprovalFields value={settings.approval} onChange={(approval) => change({ approval })} />
        <PolicyFields value={settings.policies} onChange={(policies) => change({ policies })}>
          <PolicyPreview
            projectId={projectId}
            draft={draft === null || flaws.length > 0 ? null : settings.policies}
            kept={preview}
            mayRun={mayChange && draft === null}
          />
        </PolicyFields>
      </fieldset>
      {draft && (
        <footer className="sticky bottom-0 z-10 -mx-6 flex flex-wrap items-center justify-end gap-x-3 gap-y-2 border-t bg-surface px-6 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:-mx-4 max-md:px-4">
          <p role="alert" className="mr-auto text-pretty text-sm text-critical">
            {[
              ...flaws,
              ...(failure ? [failure] : []),
              ...(isOvertaken && !failure ? [`${kept.changedBy ?? 'Somebody'} changed the settings meanwhile.`] : []),
            ].join(' ')}
          </p>
          <button type="button" onClick={leave} className={button('plain')}>
            Discard
          </button>
          <button type="submit" disabled={flaws.length > 0 || isPending || isOvertaken} className={button('primary')}>
            {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
            Save
          </button>
        </footer>
      )}
      {kept.changedAt && kept.changedBy && !draft && (
        <p className="text-xs text-ink-faint">
          Changed by {kept.changedBy} on {kept.changedAt.toISOString().slice(0, 10)}.
        </p>
      )}
    </form>
  )
}
