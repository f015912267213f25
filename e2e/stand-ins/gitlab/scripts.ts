import type { Script } from './shell.ts'
import type { OwnJob } from './world.ts'

/** The scripts of the talk's `.gitlab-ci.yml`. */

export const rake: Script = async (shell) => {
  await shell.pretend(
    'bundle install --jobs $(nproc) --path=/cache/bundler',
    [
      'Using rake 13.3.1',
      'Using pg 1.6.2',
      'Using rails 8.1.1',
      'Bundle complete! 24 Gemfile dependencies, 108 gems now installed.',
    ],
    0.3,
  )
  await shell.pretend('bundle exec rake db:setup RAILS_ENV=test', ["Created database 'dbname'"], 0.1)
  await shell.pretend(
    'bundle exec rake',
    [
      'Run options: --seed 41237',
      '# Running:',
      '...........................................',
      '86 runs, 214 assertions, 0 failures, 0 errors, 0 skips',
    ],
    0.5,
  )
}

const unlockKey: Script = (shell) =>
  shell.pretend(
    'eval $(ssh-agent -s) && ssh-add <(echo "$SSH_PRIVATE_KEY")',
    ['Agent pid 16', 'Identity added: /dev/fd/63 (gitlab-runner)'],
    0.1,
  )

export const review: Script = async (shell) => {
  const { slug } = shell
  await unlockKey(shell)
  await shell.dokku('review', ['apps:create', slug], { orElse: 'echo' })
  await shell.dokku('review', ['postgres:create', `${slug}-database`], { orElse: 'echo' })
  await shell.dokku('review', ['postgres:link', `${slug}-database`, slug], { orElse: 'echo' })
  const settings = ['TZ=Asia/Tokyo', 'RAILS_SERVE_STATIC_FILES=1', 'NO_FORCE_SSL=1', 'RACK_DEV_MARK_ENV=review']
  await shell.dokku('review', ['config:set', '--no-restart', slug, ...settings])
  await shell.push('review', slug)
}

export const stopReview: Script = async (shell) => {
  await unlockKey(shell)
  await shell.dokku('review', ['apps:destroy', shell.slug, '--force'], { orElse: 'echo' })
  await shell.dokku('review', ['postgres:destroy', `${shell.slug}-database`, '--force'], { orElse: 'echo' })
}

export const dpl =
  (app: string): Script =>
  async (shell) => {
    await shell.pretend('gem install dpl', ['Successfully installed dpl-2.0.5'], 0.1)
    await shell.dpl(app)
  }

export const push =
  (host: 'review' | 'production', app: string, options: { force: boolean }): Script =>
  async (shell) => {
    await unlockKey(shell)
    await shell.push(host, app, options)
  }

/** What the project's own file says. */
export const own =
  (job: OwnJob): Script =>
  (shell) =>
    shell.run(job)
