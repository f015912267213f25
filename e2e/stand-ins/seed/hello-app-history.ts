import { commit, emptyHistory, type History, mergeCommit, railsFiles } from './history.ts'
import { later } from './past.ts'
import { person } from './people.ts'
import { talkPipeline } from './talk-pipeline.ts'

export const app = 'hello-app'
export const path = 'hello/hello-app'

/** A merge request that is done: two commits and a merge. The last two are on staging only. */
export interface MergedWork {
  iid: number
  branch: string
  title: string
  author: string
  /** Minutes before now that it was merged. */
  minutesAgo: number
  commits: [string, string]
}

const days = (count: number): number => count * 24 * 60

export const mergedWork: MergedWork[] = [
  {
    iid: 1,
    branch: 'feature/user-registration',
    title: 'ユーザー登録',
    author: 'hanako',
    minutesAgo: days(38),
    commits: ['Add User model', 'Send the confirmation mail'],
  },
  {
    iid: 2,
    branch: 'feature/password-reset',
    title: 'Let people reset their password',
    author: 'marta',
    minutesAgo: days(33),
    commits: ['Add password reset token', 'Expire reset tokens after an hour'],
  },
  {
    iid: 3,
    branch: 'fix/mail-encoding',
    title: 'Fix garbled Japanese in mail subjects',
    author: 'kenta',
    minutesAgo: days(27),
    commits: ['Reproduce the garbled subject', 'Encode subjects as UTF-8'],
  },
  {
    iid: 4,
    branch: 'feature/admin-dashboard',
    title: '管理画面を追加',
    author: 'midori',
    minutesAgo: days(21),
    commits: ['Add admin layout', 'List users for administrators'],
  },
  {
    iid: 5,
    branch: 'chore/ruby-3-4',
    title: 'Move to Ruby 3.4',
    author: 'diego',
    minutesAgo: days(16),
    commits: ['Update Ruby', 'Update the lock file'],
  },
  {
    iid: 6,
    branch: 'fix/session-timeout',
    title: 'Keep people signed in for a week',
    author: 'aoife',
    minutesAgo: days(9),
    commits: ['Lengthen the session', 'Rotate the session key at sign-in'],
  },
  {
    iid: 7,
    branch: 'feature/csv-import',
    title: 'CSV 取り込み',
    author: 'hanako',
    minutesAgo: days(2),
    commits: ['Read CSV in Shift_JIS and UTF-8', 'Show rows that could not be read'],
  },
  {
    iid: 8,
    branch: 'feature/dark-mode',
    title: 'Dark mode',
    author: 'marta',
    minutesAgo: 190,
    commits: ['Move colours to custom properties', 'Follow the system theme'],
  },
]

/** Work that is not merged; the head commit is so many minutes old. */
export interface OpenWork {
  branch: string
  author: string
  minutesAgo: number
  commits: string[]
}

export const longBranch = `feature/${'support-for-customers-who-write-very-long-names-in-every-field-of-the-form-'.repeat(3).slice(0, 205).replace(/-$/, '')}`
export const quotedBranch = 'fix/"quoted"-ünï-😀'

export const openWork: OpenWork[] = [
  {
    branch: 'feature/login-with-passkey',
    author: 'hanako',
    minutesAgo: 95,
    commits: ['Register a passkey', 'Sign in with a passkey'],
  },
  { branch: 'feature/search-suggestions', author: 'kenta', minutesAgo: 6, commits: ['Suggest while typing'] },
  {
    branch: 'fix/timezone-in-mailer',
    author: 'diego',
    minutesAgo: 240,
    commits: ['Use the recipient time zone in mails'],
  },
  {
    branch: 'feature/pdf-export',
    author: 'midori',
    minutesAgo: days(1),
    commits: ['Render invoices as PDF', '請求書の余白を調整'],
  },
  { branch: 'chore/upgrade-rails-8-1', author: 'diego', minutesAgo: days(4), commits: ['Update Rails to 8.1'] },
  {
    branch: 'feature/comment-threads',
    author: 'aoife',
    minutesAgo: days(3),
    commits: ['Nest comments', 'Collapse long threads'],
  },
  {
    branch: 'fix/n-plus-one-on-index',
    author: 'kenta',
    minutesAgo: 50,
    commits: ['Preload authors on the index page', 'Count comments in one query'],
  },
  {
    branch: 'experiment/turbo-streams',
    author: 'marta',
    minutesAgo: days(19),
    commits: ['Try Turbo Streams for the timeline'],
  },
  { branch: 'spike/graphql', author: 'diego', minutesAgo: days(24), commits: ['Spike: GraphQL endpoint'] },
  { branch: 'docs/api-guide', author: 'midori', minutesAgo: days(5), commits: ['Document the API for partners'] },
  {
    branch: 'feature/two-factor',
    author: 'aoife',
    minutesAgo: 400,
    commits: ['Add TOTP secrets', 'Ask for the second factor'],
  },
  { branch: 'wip/notes', author: 'hanako', minutesAgo: days(11), commits: ['Notes for the next sprint [skip ci]'] },
  { branch: quotedBranch, author: 'aoife', minutesAgo: days(6), commits: ['Quote names “as they are” <b>&amp;</b>'] },
  { branch: 'feature/invoice-emails', author: 'midori', minutesAgo: days(6) - 60, commits: ['Send invoices by mail'] },
  { branch: longBranch, author: 'marta', minutesAgo: days(2), commits: ['Widen every text column'] },
]

function firstCommits(history: History, asOf: Date): void {
  const at = (daysAgo: number): Date => later(asOf, -days(daysAgo) * 60_000)
  const common = { app, branch: 'master', author: person('hanako') }
  commit(history, {
    ...common,
    message: 'Initial commit',
    at: at(44),
    files: { ...railsFiles, '.gitlab-ci.yml': talkPipeline },
  })
  commit(history, { ...common, message: 'Run rake, review, staging and production on GitLab CI', at: at(43) })
  commit(history, { ...common, message: 'Set the time zone to Asia/Tokyo', at: at(41) })
}

/** The whole history, in the order of time of each branch; `merges` has the place of every merge commit, by iid. */
export function helloAppHistory(asOf: Date): { history: History; merges: Map<number, number> } {
  const history = emptyHistory()
  const merges = new Map<number, number>()
  const ago = (minutes: number): Date => later(asOf, -minutes * 60_000)
  firstCommits(history, asOf)
  for (const work of mergedWork) {
    work.commits.forEach((message, index) => {
      const at = ago(work.minutesAgo + (3 - index) * 180)
      commit(history, { app, branch: work.branch, message, author: person(work.author), at })
    })
    const common = { app, project: path, branch: work.branch, title: work.title, iid: work.iid }
    merges.set(work.iid, mergeCommit(history, { ...common, author: person('hanako'), at: ago(work.minutesAgo) }))
  }
  for (const { branch, author, minutesAgo, commits } of openWork) {
    const base = mergedWork.findLast((work) => work.minutesAgo > minutesAgo + 120)
    commits.forEach((message, index) => {
      const at = ago(minutesAgo + (commits.length - 1 - index) * 45)
      const from = index === 0 && base ? { from: merges.get(base.iid) as number } : {}
      commit(history, { app, branch, message, author: person(author), at, ...from })
    })
  }
  return { history, merges }
}
