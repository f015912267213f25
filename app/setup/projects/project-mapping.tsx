'use client'

import type { ReactNode } from 'react'

import type { AppLocation, HerokuLocation, Mapping } from '#lib/domain/mapping.ts'
import { type KnownHost, usualEnvironments } from '#lib/domain/mapping-proposal.ts'
import { button } from '../../_ui/button.ts'

type Place = AppLocation | HerokuLocation

interface Props {
  path: string
  mapping: Partial<Mapping>
  hosts: readonly KnownHost[]
  onChange(mapping: Partial<Mapping>): void
  onRemove(): void
}

/** Where the apps of one project are: the host of its review apps, and the apps of staging and production. */
export function ProjectMapping({ path, mapping, hosts, onChange, onRemove }: Props) {
  const name = (environment: string, location: Place | null) => {
    const { [environment]: _, ...others } = mapping.named ?? {}
    onChange({ ...mapping, named: location ? { ...others, [environment]: location } : others })
  }
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex items-center gap-3">
        <span className="min-w-0 flex-1 truncate font-medium">{path}</span>
        <button type="button" onClick={onRemove} aria-label={`Leave ${path} out`} className={button('quiet', 'small')}>
          Leave out
        </button>
      </div>
      {hosts.length > 0 && (
        <div className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-3">
          <Choice
            label="Review apps on"
            project={path}
            value={mapping.reviewHost ?? ''}
            onChange={(host) => onChange({ ...mapping, reviewHost: host === '' ? null : host })}
          >
            <option value="">any host</option>
            {hosts.map((host) => (
              <option key={host.name}>{host.name}</option>
            ))}
          </Choice>
          {usualEnvironments.map((environment) => (
            <Choice
              key={environment}
              label={environment === 'staging' ? 'Staging is' : 'Production is'}
              project={path}
              value={optionOf(mapping.named?.[environment])}
              onChange={(value) => name(environment, locationIn(value))}
            >
              <option value="">found by its address</option>
              {hosts.map((host) => (
                <optgroup key={host.name} label={host.name}>
                  {withKnown(host, mapping.named?.[environment]).map((app) => (
                    <option key={app} value={optionOf({ host: host.name, app })}>
                      {app}
                    </option>
                  ))}
                </optgroup>
              ))}
              <OnHeroku place={mapping.named?.[environment]} />
            </Choice>
          ))}
        </div>
      )}
    </li>
  )
}

function Choice({
  label,
  project,
  value,
  onChange,
  children,
}: {
  label: string
  project: string
  value: string
  onChange(value: string): void
  children: ReactNode
}) {
  return (
    <label className="flex min-w-0 flex-col gap-1">
      <span className="text-xs text-ink-soft">
        {label}
        <span className="sr-only"> ({project})</span>
      </span>
      <select
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="h-9 w-full min-w-0 truncate rounded-md border border-line-strong bg-surface px-2 max-md:h-11"
      >
        {children}
      </select>
    </label>
  )
}

/** An app on Heroku is found by its address or named by an environment variable; one that was named stays as it is. */
function OnHeroku({ place }: { place: Place | undefined }) {
  if (!place || !('heroku' in place)) return null
  return (
    <optgroup label="Heroku">
      <option value={optionOf(place)}>{place.heroku}</option>
    </optgroup>
  )
}

/** A name of an app or of a host holds neither slash nor colon. */
function optionOf(place: Place | undefined): string {
  if (!place) return ''
  return 'heroku' in place ? `heroku:${place.heroku}` : `${place.host}/${place.app}`
}

function locationIn(value: string): Place | null {
  if (value.startsWith('heroku:')) return { heroku: value.slice('heroku:'.length) }
  const [host = '', app = ''] = value.split('/')
  return app === '' ? null : { host, app }
}

/** An app that was named stays in the list while its host has not been read. */
const withKnown = ({ name, apps }: KnownHost, place: Place | undefined): readonly string[] =>
  place && 'host' in place && place.host === name && !apps.includes(place.app) ? [place.app, ...apps] : apps
