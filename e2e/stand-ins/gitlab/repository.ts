import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gitEnvironment } from './git-environment.ts'
import type { Commit } from './world.ts'

/** A commit to be written. */
export interface CommitDraft {
  branch: string
  message: string
  author: { name: string; email: string }
  committedAt: Date
  /** New content by path; `null` deletes. */
  files: Record<string, string | null>
  /** What it stands on: an earlier draft by its place in the list, or a commit in the repository; `null` for the first. */
  parent: number | string | null
  /** The other parent of a merge. */
  merges?: number | string
}

/** Runs git to its end and gives its output; what it complains of becomes the error. */
function git(args: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env: gitEnvironment })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString())
      else reject(new Error(`git ${args.join(' ')} ended with ${code}: ${Buffer.concat(err)}`))
    })
    // A git that ends without reading tells why by its exit code.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

export async function createRepository(dir: string): Promise<void> {
  await git(['init', '--quiet', '--bare', '--initial-branch=master', dir])
  await git(['-C', dir, 'config', 'gc.auto', '0'])
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`

function importStream(drafts: CommitDraft[]): string {
  const named = (parent: number | string): string => (typeof parent === 'number' ? `:${parent + 1}` : parent)
  return drafts
    .map((draft, index) => {
      const signature = `${draft.author.name} <${draft.author.email}> ${Math.floor(draft.committedAt.getTime() / 1000)} +0900`
      return [
        `commit refs/heads/${draft.branch}\nmark :${index + 1}\nauthor ${signature}\ncommitter ${signature}\n`,
        data(draft.message),
        draft.parent === null ? '' : `from ${named(draft.parent)}\n`,
        draft.merges === undefined ? '' : `merge ${named(draft.merges)}\n`,
        ...Object.entries(draft.files).map(([path, content]) =>
          content === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(content)}`,
        ),
      ].join('')
    })
    .join('')
}

const turns = new Map<string, Promise<unknown>>()

/** Makes one change of a repository after the other: of two at once each would read what the other has half written. */
export function inTurn<Result>(dir: string, change: () => Promise<Result>): Promise<Result> {
  const done = (turns.get(dir) ?? Promise.resolve()).then(change)
  turns.set(
    dir,
    done.catch(() => undefined),
  )
  return done
}

/** Writes all commits in one go; gives their ids in the same order. */
export async function writeCommits(dir: string, drafts: CommitDraft[]): Promise<string[]> {
  const marks = join(dir, 'marks')
  await git(['-C', dir, 'fast-import', '--quiet', '--force', `--export-marks=${marks}`], importStream(drafts))
  const shas = new Map<number, string>()
  for (const line of (await readFile(marks, 'utf8')).trim().split('\n')) {
    const [mark, sha] = line.split(' ')
    if (mark && sha) shas.set(Number(mark.slice(1)), sha)
  }
  await rm(marks)
  return drafts.map((_, index) => shas.get(index + 1) as string)
}

/** Every commit of every branch, parents before children. */
export async function readCommits(dir: string): Promise<Map<string, Commit>> {
  const format = ['%H', '%P', '%an', '%ae', '%ct', '%B'].join('%x1f')
  const text = await git(['-C', dir, 'log', '--all', '--reverse', '--topo-order', '-z', `--format=${format}`])
  const commits = text
    .split('\0')
    .filter(Boolean)
    .map((entry): Commit => {
      const [id, parents, authorName, authorEmail, seconds, message] = entry.split('\x1f') as [
        string,
        string,
        string,
        string,
        string,
        string,
      ]
      return {
        id,
        parentIds: parents.split(' ').filter(Boolean),
        message,
        authorName,
        authorEmail,
        committedAt: new Date(Number(seconds) * 1000),
      }
    })
  return new Map(commits.map((commit) => [commit.id, commit]))
}

export async function createBranch(dir: string, branch: string, sha: string): Promise<void> {
  await git(['-C', dir, 'update-ref', `refs/heads/${branch}`, sha])
}

/** Deletes a branch; GitLab keeps the commits that its pipelines name by a hidden reference. */
export async function deleteBranch(dir: string, branch: string, sha: string): Promise<void> {
  await git(['-C', dir, 'update-ref', `refs/keep-around/${sha}`, sha])
  await forgetBranch(dir, branch)
}

/** Deletes a branch and leaves no reference to its commits, though they can still be read by those who know them. */
export async function forgetBranch(dir: string, branch: string): Promise<void> {
  await git(['-C', dir, 'update-ref', '-d', `refs/heads/${branch}`])
}

export async function createTag(dir: string, name: string, sha: string): Promise<void> {
  await git(['-C', dir, 'update-ref', `refs/tags/${name}`, sha])
}

export async function deleteTag(dir: string, name: string): Promise<void> {
  await git(['-C', dir, 'update-ref', '-d', `refs/tags/${name}`])
}

export async function changedFiles(
  dir: string,
  range: { from: string; to: string },
): Promise<{ path: string; change: 'added' | 'modified' | 'deleted' }[]> {
  const text = await git(['-C', dir, 'diff', '--name-status', '--no-renames', '-z', range.from, range.to])
  const words = text.split('\0').filter(Boolean)
  return Array.from({ length: words.length / 2 }, (_, index) => {
    const letter = words[index * 2]
    const change = letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified'
    return { path: words[index * 2 + 1] as string, change }
  })
}

export const fileAt = (dir: string, sha: string, path: string): Promise<string> =>
  git(['-C', dir, 'show', `${sha}:${path}`])

/** Whether there is a file (no folder) of this path. */
export const hasFile = async (dir: string, sha: string, path: string): Promise<boolean> =>
  (await pathsAt(dir, sha)).includes(path)

const pathsAt = async (dir: string, sha: string): Promise<string[]> =>
  (await git(['-C', dir, 'ls-tree', '-r', '-z', '--name-only', sha])).split('\0').filter(Boolean)

/** Text by path, of the files whose path is wanted. */
export async function filesAt(
  dir: string,
  sha: string,
  isWanted: (path: string) => boolean,
): Promise<Map<string, string>> {
  const wanted = (await pathsAt(dir, sha)).filter(isWanted)
  return new Map(await Promise.all(wanted.map(async (path) => [path, await fileAt(dir, sha, path)] as const)))
}
