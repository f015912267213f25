import { useId } from 'react'
import {
  explanations,
  type Language,
  languages,
  type OptionFlaw,
  type PipelineOptions,
  syntaxes,
  usualImage,
  usualOf,
  usualTest,
  variants,
} from '#lib/domain/pipeline-file/index.ts'
import { Choice, field, SettingsSection } from '../settings/field.tsx'
import type { TextField } from './options-url.ts'

interface Fields {
  options: PipelineOptions
  flaws: readonly OptionFlaw[]
  onChange(more: Partial<PipelineOptions>): void
}

const languageNames: Record<Language, string> = {
  rails: 'Rails',
  dockerfile: 'Any Dockerfile',
  node: 'Node',
  python: 'Python',
}

export function TestFields({ options, flaws, onChange }: Fields) {
  const { language, database, syntax } = options
  const texts = { options, flaws, onChange }
  const choose = (other: Language) => onChange({ language: other, ...whatWasUsual(options, other) })
  return (
    <SettingsSection title="Tests" about="What has to go well on every branch.">
      {languages.map((other) => (
        <Choice
          key={other}
          type="radio"
          name="language"
          checked={language === other}
          onChange={() => choose(other)}
          title={languageNames[other]}
          about={explanations.language({ ...options, language: other })}
        />
      ))}
      <Text {...texts} name="image" label="Image" placeholder={usualImage(language)} />
      <Text {...texts} name="testCommand" label="Test command" placeholder={usualTest(language)} />
      <Choice
        type="checkbox"
        name="database"
        checked={database}
        onChange={(checked) => onChange({ database: checked })}
        title="Database"
        about={explanations.database(options)}
      />
      <fieldset className="flex flex-col gap-3 border-t pt-4">
        <legend className="sr-only">Syntax</legend>
        {syntaxes.map((other) => (
          <Choice
            key={other}
            type="radio"
            name="syntax"
            checked={syntax === other}
            onChange={() => onChange({ syntax: other })}
            title={other === 'rules' ? 'Today’s syntax' : 'The syntax of 2017'}
            about={explanations.syntax({ ...options, syntax: other })}
          />
        ))}
      </fieldset>
      {syntax === 'only' && <Text {...texts} name="defaultBranch" label="Default branch" />}
    </SettingsSection>
  )
}

export function ReviewFields(texts: Fields) {
  return (
    <SettingsSection title="Review apps" about="Every branch but the default one gets an app of its own on Dokku.">
      <Text {...texts} name="reviewHost" label="Dokku host" placeholder="$DOKKU_HOST" />
      <Text {...texts} name="reviewDomain" label="Domain" placeholder="$DOKKU_DOMAIN" />
      <Text {...texts} name="appConfig" label="Environment" placeholder="none" />
      <Text {...texts} name="seedCommand" label="Seeding command" placeholder="none" />
      {texts.options.syntax === 'rules' && <Text {...texts} name="autoStop" label="Stops after" placeholder="never" />}
    </SettingsSection>
  )
}

export function LaneFields(texts: Fields) {
  const { options, onChange } = texts
  const isDokku = options.variant === 'dokku'
  return (
    <SettingsSection title="Staging and production" about="Where the default branch goes.">
      {variants.map((variant) => (
        <Choice
          key={variant}
          type="radio"
          name="variant"
          checked={options.variant === variant}
          onChange={() => onChange({ variant })}
          title={variant === 'dokku' ? 'Dokku, production by a click' : 'Heroku, production by a tag'}
          about={explanations.variant({ ...options, variant })}
        />
      ))}
      {isDokku && (
        <Text {...texts} name="productionHost" label="Dokku host for production" placeholder="$PRODUCTION_DOKKU_HOST" />
      )}
      <Text {...texts} name="stagingApp" label="Staging app" />
      <Text {...texts} name="stagingUrl" label="Staging address" placeholder={isDokku ? 'none' : 'herokuapp.com'} />
      <Text {...texts} name="productionApp" label="Production app" />
      <Text
        {...texts}
        name="productionUrl"
        label="Production address"
        placeholder={isDokku ? 'none' : 'herokuapp.com'}
      />
    </SettingsSection>
  )
}

/** What nobody has written themselves changes with the language. */
function whatWasUsual(options: PipelineOptions, language: Language): Partial<PipelineOptions> {
  const [before, after] = [usualOf(options.language), usualOf(language)]
  return {
    ...(options.appConfig === before.appConfig ? { appConfig: after.appConfig } : {}),
    ...(options.seedCommand === before.seedCommand ? { seedCommand: after.seedCommand } : {}),
  }
}

function Text({
  options,
  flaws,
  onChange,
  name,
  label,
  placeholder,
}: Fields & { name: TextField; label: string; placeholder?: string }) {
  const id = useId()
  const flaw = flaws.find((candidate) => candidate.field === name)
  return (
    <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_1fr]">
      <label htmlFor={id} className="font-medium sm:pt-1.5">
        {label}
      </label>
      <div className="min-w-0">
        <input
          id={id}
          name={name}
          value={options[name]}
          onChange={({ target }) => onChange({ [name]: target.value })}
          placeholder={placeholder}
          maxLength={500}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          aria-invalid={flaw !== undefined}
          aria-describedby={`${id}-about`}
          className={`${field} w-full font-mono text-xs ${flaw ? 'border-critical' : ''}`}
        />
        <p id={`${id}-about`} className={`mt-1 text-pretty ${flaw ? 'text-critical' : 'text-ink-soft'}`}>
          {flaw ? flaw.words : explanations[name](options)}
        </p>
      </div>
    </div>
  )
}
