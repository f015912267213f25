import { createHash } from 'node:crypto'
import { resolve } from './commits.ts'
import { badParameter, notFound, ok, type Reply } from './reply.ts'
import { fileAt, hasFile } from './repository.ts'
import { projectOf, type Request } from './request.ts'

interface Blob {
  path: string
  ref: string
  sha: string
  text: string
}

async function blobOf(request: Request, ref: string | null): Promise<Blob> {
  const project = projectOf(request)
  if (!ref) throw badParameter('ref is missing')
  const path = request.params.path ?? ''
  const sha = resolve(project, ref === 'HEAD' ? project.defaultBranch : ref)
  if (!sha) throw notFound('Commit')
  if (!project.repository || !(await hasFile(project.repository, sha, path))) throw notFound('File')
  return { path, ref, sha, text: await fileAt(project.repository, sha, path) }
}

const gitId = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')

const show = async (request: Request): Promise<Reply> => {
  const { path, ref, sha, text } = await blobOf(request, request.query.get('ref'))
  return ok({
    file_name: path.split('/').at(-1),
    file_path: path,
    size: Buffer.byteLength(text),
    encoding: 'base64',
    content_sha256: createHash('sha256').update(text).digest('hex'),
    ref,
    blob_id: gitId(text),
    commit_id: sha,
    last_commit_id: sha,
    execute_filemode: false,
    content: Buffer.from(text).toString('base64'),
  })
}

const raw = async (request: Request): Promise<Reply> => {
  const { text } = await blobOf(request, request.query.get('ref') ?? projectOf(request).defaultBranch)
  return { status: 200, body: text, headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

export const fileRoutes = {
  'GET /projects/:id/repository/files/:path': show,
  'GET /projects/:id/repository/files/:path/raw': raw,
}
