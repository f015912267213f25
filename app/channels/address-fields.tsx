import { type ChannelKind, channelKinds } from '#lib/domain/channel.ts'
import { button } from '../_ui/button.ts'
import { kindWords } from './channel-words.ts'
import { chip, field } from './field.ts'

export interface GivenAddress {
  url: string
  signingKey: string
  /** As typed: separated by commas or spaces. */
  recipients: string
}

const keyBytes = 32

export function KindField({
  value,
  onChange,
  hasMail,
}: {
  value: ChannelKind
  onChange(kind: ChannelKind): void
  hasMail: boolean
}) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">Kind</legend>
      <div className="flex flex-wrap gap-2">
        {channelKinds.map((kind) => (
          <label key={kind} className={chip}>
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={kind === value}
              onChange={() => onChange(kind)}
              disabled={kind === 'email' && !hasMail}
              className="sr-only"
            />
            {kindWords[kind]}
          </label>
        ))}
      </div>
      {!hasMail && (
        <p className="text-xs text-ink-faint">
          E-mail needs a mail server: <code>BERTH_SMTP_URL</code> and <code>BERTH_MAIL_FROM</code>.
        </p>
      )}
    </fieldset>
  )
}

/** Where messages go; which fields there are depends on the kind. */
export function AddressFields({
  kind,
  value,
  onChange,
}: {
  kind: ChannelKind
  value: GivenAddress
  onChange(value: GivenAddress): void
}) {
  if (kind === 'email') {
    return (
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">Recipients</span>
        <input
          value={value.recipients}
          onChange={({ target }) => onChange({ ...value, recipients: target.value })}
          required
          placeholder="team@example.jp, oncall@example.jp"
          autoComplete="off"
          className={field}
        />
        <span className="text-xs text-ink-faint">Up to 20, separated by commas.</span>
      </label>
    )
  }
  return (
    <>
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">Address</span>
        <input
          type="url"
          value={value.url}
          onChange={({ target }) => onChange({ ...value, url: target.value })}
          required
          placeholder={placeholders[kind]}
          autoComplete="off"
          spellCheck={false}
          className={field}
        />
        <span className="text-xs text-ink-faint">
          {kind === 'webhook' ? 'Gets a POST with JSON.' : `An incoming webhook of ${kindWords[kind]}.`} It is sealed,
          and only its host is shown again.
        </span>
      </label>
      {kind === 'webhook' && (
        <div className="flex flex-col gap-1.5">
          <label htmlFor="signing-key" className="font-medium">
            Signing key
          </label>
          <div className="flex gap-2">
            <input
              id="signing-key"
              value={value.signingKey}
              onChange={({ target }) => onChange({ ...value, signingKey: target.value })}
              required
              placeholder="whsec_…"
              autoComplete="off"
              spellCheck={false}
              aria-describedby="signing-key-about"
              className={`${field} font-mono text-xs`}
            />
            <button
              type="button"
              onClick={() => onChange({ ...value, signingKey: newKey() })}
              className={button('plain')}
            >
              Make one
            </button>
          </div>
          <p id="signing-key-about" className="text-xs text-ink-faint">
            Signs each message as Standard Webhooks says: <code>webhook-id</code>, <code>webhook-timestamp</code>,{' '}
            <code>webhook-signature</code>. Give it to the receiver now; it is not shown again.
          </p>
        </div>
      )}
    </>
  )
}

const placeholders: Record<Exclude<ChannelKind, 'email'>, string> = {
  slack: 'https://hooks.slack.com/services/…',
  mattermost: 'https://chat.example.jp/hooks/…',
  webhook: 'https://ops.example.jp/berth',
}

const newKey = (): string => `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(keyBytes))))}`
