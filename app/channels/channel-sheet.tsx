'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import type { Channel, ChannelKind } from '#lib/domain/channel.ts'
import { rulesFlaw } from '#lib/domain/channel-rules.ts'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'
import { Sheet } from '../_ui/sheet.tsx'
import { changeChannel, createChannel } from './actions.ts'
import { AddressFields, type GivenAddress, KindField } from './address-fields.tsx'
import { field } from './field.ts'
import { type DraftRule, draftOf, RuleFields, ruleOf } from './rule-fields.tsx'

/** What most people want to hear of first. */
const firstRule: DraftRule = {
  events: ['operation-failed', 'finding-opened', 'approval-wanted', 'policy-warning'],
  environments: '*',
}

const nowhere: GivenAddress = { url: '', signingKey: '', recipients: '' }

/** Adds a channel, or changes one. Where one leads is never shown again; who leads it elsewhere types the whole of it. */
export function ChannelSheet({
  projectId,
  channel,
  hasMail,
  closeHref,
}: {
  projectId: number | null
  channel: Pick<Channel, 'id' | 'name' | 'kind' | 'config' | 'rules'> | null
  hasMail: boolean
  closeHref: string
}) {
  const router = useRouter()
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'slack')
  const [name, setName] = useState(channel?.name ?? '')
  const [rules, setRules] = useState<DraftRule[]>(channel?.rules.map(draftOf) ?? [firstRule])
  const [address, setAddress] = useState<GivenAddress | null>(channel ? null : nowhere)
  const [failure, setFailure] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const flaw = rulesFlaw(rules.map(ruleOf))

  const submit = (event: FormEvent) => {
    event.preventDefault()
    startTransition(async () => {
      const given = { name, rules: rules.map(ruleOf), ...(address && addressOf(kind, address)) }
      const failed = channel
        ? await changeChannel({ channelId: channel.id, ...given })
        : await createChannel({ projectId, kind, ...given })
      setFailure(failed?.message ?? null)
      if (failed === null) router.push(closeHref, { scroll: false })
    })
  }

  return (
    <Sheet title={channel ? `Change ${channel.name}` : 'Add a channel'} closeHref={closeHref} shape="side">
      <form onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
        <div className="flex flex-1 flex-col gap-5 overflow-y-auto px-5 py-4 text-sm">
          {!channel && <KindField value={kind} onChange={setKind} hasMail={hasMail} />}
          <label className="flex flex-col gap-1.5">
            <span className="font-medium">Name</span>
            <input
              value={name}
              onChange={({ target }) => setName(target.value)}
              required
              maxLength={60}
              placeholder="deploys"
              autoComplete="off"
              className={field}
            />
          </label>
          {address ? (
            <AddressFields kind={kind} value={address} onChange={setAddress} />
          ) : (
            <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-ink-soft">
              <span className="min-w-0 break-words">
                Leads to{' '}
                <span className="font-medium text-ink">
                  {channel?.config.host ?? channel?.config.recipients.join(', ')}
                </span>
              </span>
              <button
                type="button"
                onClick={() => setAddress({ ...nowhere, recipients: channel?.config.recipients.join(', ') ?? '' })}
                className={button('plain', 'small')}
              >
                Lead it elsewhere
              </button>
            </p>
          )}
          <RuleFields rules={rules} onChange={setRules} />
          {(failure ?? flaw) && (
            <p role="alert" className="text-pretty text-critical">
              {failure ?? flaw}
            </p>
          )}
        </div>
        <footer className="flex items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
          <button type="button" onClick={() => router.push(closeHref, { scroll: false })} className={button('plain')}>
            Leave it
          </button>
          <button type="submit" disabled={isPending || flaw !== null} className={button('primary')}>
            {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
            {channel ? 'Save' : 'Add channel'}
          </button>
        </footer>
      </form>
    </Sheet>
  )
}

/** Only what counts for the kind. */
function addressOf(kind: ChannelKind, { url, signingKey, recipients }: GivenAddress) {
  if (kind === 'email') return { recipients: recipients.split(/[\s,]+/).filter(Boolean) }
  return kind === 'webhook' ? { url, signingKey } : { url }
}
