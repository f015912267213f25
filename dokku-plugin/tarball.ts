import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const block = 512

/**
 * The plugin as `dokku plugin:install` fetches it: its files at the top of the archive, where plugn leaves them in every
 * version. The same files give the same bytes; nothing of the machine that packs them gets in.
 */
export function pluginTarball(directory: string): Buffer<ArrayBuffer> {
  const entries = [
    ...['README.md', 'commands', 'plugin.toml'].map((name) => file(directory, name)),
    ...['lib', 'subcommands'].flatMap((folder) => [
      header(`${folder}/`, { mode: 0o755, size: 0, type: '5' }),
      ...readdirSync(join(directory, folder))
        .sort()
        .map((name) => file(directory, `${folder}/${name}`)),
    ]),
  ]
  return Buffer.from(gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * block)]), { level: 9 }))
}

function file(directory: string, name: string): Buffer {
  const content = readFileSync(join(directory, name))
  // A checkout may have lost the bit, and what is not executable Dokku passes over.
  const mode = content.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644
  const padding = Buffer.alloc((block - (content.length % block)) % block)
  return Buffer.concat([header(name, { mode, size: content.length, type: '0' }), content, padding])
}

/** POSIX.1-1988 (ustar), everything owned by root and changed in 1970. */
function header(name: string, { mode, size, type }: { mode: number; size: number; type: '0' | '5' }): Buffer {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  bytes.write(name, 0, 100)
  bytes.write(octal(mode, 7), 100)
  bytes.write(octal(0, 7), 108)
  bytes.write(octal(0, 7), 116)
  bytes.write(octal(size, 11), 124)
  bytes.write(octal(0, 11), 136)
  // The sum is taken with blanks in its own place.
  bytes.write('        ', 148)
  bytes.write(type, 156)
  bytes.write('ustar\x0000', 257)
  bytes.write('root', 265)
  bytes.write('root', 297)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${octal(sum, 6)} `, 148)
  return bytes
}
