import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The Node in `node_modules`, and the version that package.json asks for, as `process.version` writes it. */
export function pinnedNode(root) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', 'node', 'package.json'), 'utf8'))
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return { file: path.join(root, 'node_modules', 'node', 'bin', name), version: `v${version}` }
}

/** Runs `npm ci` when what is installed is not what package-lock.json says. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return
  console.log('Installing packages …')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    // Prisma's packages take this for their native engine and then leave their download server alone.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_SKIP_POSTINSTALL_GENERATE: '1' },
  })
  if (status !== 0) {
    console.error('The packages could not be installed: npm said why above.')
    process.exit(1)
  }
}

/**
 * Compares npm's own record of the installation with the lock file. Packages for other machines may be missing, every
 * other one must be there in the version asked for.
 */
export function isInstalled(root) {
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'))
  const locked = packagesOf(path.join(root, 'package-lock.json'))
  if (!installed || !locked || !existsSync(pinnedNode(root).file)) return false
  return Object.entries(locked).every(
    ([name, { version, optional }]) =>
      name === '' || installed[name]?.version === version || (optional && !installed[name]),
  )
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null
}
