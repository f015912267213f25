import { explanations } from './explanations.ts'
import type { PipelineOptions } from './options.ts'
import { type Entry, entry, type Item, type List, list } from './yaml-text.ts'

/** How a job's shell calls Dokku: a function of `.before_ssh`, or the talk's variable. */
export const dokku = ({ syntax }: PipelineOptions): string => (syntax === 'rules' ? 'dokku' : '$DOKKU')

/** Where review apps live, for the shell and for `git`. */
export const pushTo = (host: string): Item => ({
  text: `git push --force "dokku@$${host}:$APP_NAME" HEAD:refs/heads/master`,
  comment: 'By force, so that a rebased branch and an older commit are deployed too.',
})

const anchored = (anchor: string, items: List): List => ({ ...items, anchor })

const installSsh = 'command -v ssh >/dev/null || (apt-get update -qq && apt-get install -y -qq openssh-client git)'

/** Opens the way to Dokku with the key and the host keys of the project's CI/CD variables. */
export const beforeSsh = (options: PipelineOptions): Entry =>
  entry('.before_ssh', anchored('before_ssh', options.syntax === 'rules' ? withFiles() : withText()))

/** Variables of type File hold a path: nothing is printed, and nobody's ~/.ssh is touched. */
const withFiles = (): List =>
  list(
    installSsh,
    {
      text: 'chmod 600 "$SSH_PRIVATE_KEY"',
      comment:
        'SSH_PRIVATE_KEY and SSH_SERVER_HOSTKEYS are CI/CD variables of type File; each has to end with a line break. SSH_CONFIG, a File too, may be left out.',
    },
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in.
      text: 'export GIT_SSH_COMMAND="ssh ${SSH_CONFIG:+-F $SSH_CONFIG} -i $SSH_PRIVATE_KEY -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$SSH_SERVER_HOSTKEYS"',
      comment:
        'A host whose key is not in SSH_SERVER_HOSTKEYS is refused: a job that asks the host for its key would believe anybody.',
    },
    { text: 'dokku() { $GIT_SSH_COMMAND -n "dokku@$DOKKU_HOST" "$@"; }' },
  )

/** As in the talk: an old GitLab has no variables of type File. */
const withText = (): List =>
  list(
    installSsh,
    'eval $(ssh-agent -s)',
    'ssh-add <(echo "$SSH_PRIVATE_KEY")',
    'mkdir -p ~/.ssh',
    {
      text: '[[ -f /.dockerenv ]] && echo "$SSH_SERVER_HOSTKEYS" > ~/.ssh/known_hosts',
      comment: 'Only inside a container: the known hosts of a shell runner are its own.',
    },
    '[[ -f /.dockerenv ]] && echo "$SSH_CONFIG" > ~/.ssh/config',
  )

/** Brings a review app up; each line can be run again. */
export function deployScript(options: PipelineOptions): Entry {
  const { database, appConfig, seedCommand } = options
  const call = dokku(options)
  const ssh = options.syntax === 'rules' ? '$GIT_SSH_COMMAND -tt "dokku@$DOKKU_HOST"' : '$DOKKU -tt'
  return entry(
    '.deploy_script',
    anchored(
      'deploy_script',
      list(
        {
          text: `${call} apps:exists "$APP_NAME" || ${call} apps:create "$APP_NAME"`,
          comment:
            'What is there already is kept. When the question fails for another reason, what follows it fails too and says why.',
        },
        database
          ? {
              text: `${call} postgres:exists "$DB_NAME" || ${call} postgres:create "$DB_NAME"`,
              comment: 'Needs the plugin on the host: dokku plugin:install https://github.com/dokku/dokku-postgres',
            }
          : null,
        database
          ? `${call} postgres:linked "$DB_NAME" "$APP_NAME" || ${call} postgres:link "$DB_NAME" "$APP_NAME"`
          : null,
        appConfig === ''
          ? null
          : {
              text: `${call} config:set --no-restart "$APP_NAME" ${appConfig}`,
              comment: explanations.appConfig(options),
            },
        pushTo('DOKKU_HOST'),
        seedCommand === ''
          ? null
          : {
              text: `${ssh} run "$APP_NAME" ${seedCommand}`,
              comment: explanations.seedCommand(options),
            },
      ),
    ),
  )
}

/** Takes the app down, then its database, which cannot go while an app is linked to it. */
export function stopScript(options: PipelineOptions): List {
  const call = dokku(options)
  return list(
    {
      text: `gone() { out=$(${call} "$@" 2>&1) && echo "$out" || case "$out" in *"does not exist"*) echo "$out" ;; *) echo "$out"; return 1 ;; esac; }`,
      comment: 'What is gone already is as good as destroyed; every other failure is one.',
    },
    'gone apps:destroy "$APP_NAME" --force',
    options.database ? 'gone postgres:destroy "$DB_NAME" --force' : null,
  )
}

/** dpl 2 for today's Ruby; 2017's form is that of dpl 1. */
export const herokuScript = ({ syntax }: PipelineOptions, key: string): List =>
  syntax === 'rules'
    ? list("gem install dpl --version '~> 2.0' --no-document", `dpl heroku api --api_key "$${key}" --app "$APP_NAME"`)
    : list(
        "gem install dpl --version '~> 1.10' --no-document",
        `dpl --provider=heroku --app=$APP_NAME --api-key=$${key}`,
      )
