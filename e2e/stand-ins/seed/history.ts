import type { CommitDraft } from '../gitlab/repository.ts'
import type { User } from '../gitlab/world.ts'

/** A history being written: every commit changes the page that the deployed app shows, so that each can be told by eye. */
export interface History {
  drafts: CommitDraft[]
  /** Place of each branch's head in `drafts`. */
  heads: Map<string, number>
}

export const emptyHistory = (): History => ({ drafts: [], heads: new Map() })

const page = (app: string, title: string): string =>
  `<!doctype html>\n<html lang="ja">\n<meta charset="utf-8">\n<title>${app}</title>\n<h1>${app}</h1>\n<p>${title}</p>\n</html>\n`

const escaped = (text: string): string => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`)

const note = (title: string): string =>
  `changes/${
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 60) || 'change'
  }.md`

/** Adds a commit to a branch; a new branch leaves from the head of `master`, or from where `from` says. */
export function commit(
  history: History,
  {
    app,
    branch,
    message,
    author,
    at,
    from,
    files = {},
  }: {
    app: string
    branch: string
    message: string
    author: User
    at: Date
    from?: number
    files?: Record<string, string>
  },
): number {
  const title = message.split('\n', 1)[0] as string
  history.drafts.push({
    branch,
    message,
    author,
    committedAt: at,
    parent: from ?? history.heads.get(branch) ?? history.heads.get('master') ?? null,
    files: { 'index.html': page(app, escaped(title)), [note(title)]: `${title}\n`, ...files },
  })
  history.heads.set(branch, history.drafts.length - 1)
  return history.drafts.length - 1
}

/** Merges a branch into `master` with a merge commit as GitLab words it. */
export function mergeCommit(
  history: History,
  {
    app,
    project,
    branch,
    title,
    iid,
    author,
    at,
  }: {
    app: string
    project: string
    branch: string
    title: string
    iid: number
    author: User
    at: Date
  },
): number {
  const merged = history.heads.get(branch) as number
  const written: Record<string, string | null> = {}
  for (const draft of history.drafts) if (draft.branch === branch) Object.assign(written, draft.files)
  const place = commit(history, {
    app,
    branch: 'master',
    message: `Merge branch '${branch}' into 'master'\n\n${title}\n\nSee merge request ${project}!${iid}`,
    author,
    at,
  })
  const draft = history.drafts[place] as CommitDraft
  draft.merges = merged
  draft.files = { ...written, 'index.html': page(app, escaped(title)) }
  return place
}

/** What a Rails application of the talk has at its root, enough for Dokku to build it. */
export const railsFiles: Record<string, string> = {
  Gemfile:
    "source 'https://rubygems.org'\n\ngem 'rails'\ngem 'pg'\ngem 'puma'\ngem 'dotenv-rails'\ngem 'rack-dev-mark'\n",
  Procfile: 'web: bundle exec puma -C config/puma.rb\n',
  'config.ru': "require_relative 'config/environment'\nrun Rails.application\n",
  '.test.env': 'RAILS_ENV=test\n',
}
