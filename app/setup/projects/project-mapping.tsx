'use client'

import type { ReactNode } from 'react'

import type { AppLocation, Mapping } from '#lib/domain/mapping.ts'
import { type KnownHost, usualEnvironments } from '#lib/domain/mapping-proposal.ts'
import { button } from '../../_ui/button.ts'

interface Props {
  path: string
  mapping: Partial<Mapping>
  hosts: readonly KnownHost[]
  onChange(mapping: Partial<Mapping>): void
  onRemove(): void
}

/** Where the apps of one project are: the host of its review apps, and the apps of staging and production. */
export function ProjectMapping({ path, mapping, hosts, onChange, onRemove }: Props) {
  const name = (environment: string, location: AppLocation | null) => {
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

/** A name of an app holds no slash. */
const optionOf = (location: AppLocation | undefined): string => (location ? `${location.host}/${location.app}` : '')

function locationIn(value: string): AppLocation | null {
  const [host = '', app = ''] = value.split('/')
  return app === '' ? null : { host, app }
}

/** An app that was named stays in the list while its host has not been read. */
const withKnown = ({ name, apps }: KnownHost, location: AppLocation | undefined): readonly string[] =>
  location && location.host === name && !apps.includes(location.app) ? [location.app, ...apps] : apps
