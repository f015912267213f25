import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const block = 512

/**
 * Files and folders of a directory as a gzipped archive, in the order given; of a folder everything in it. The same files give
 * the same bytes; nothing of the machine that packs them gets in. `top` is the folder that they unpack into.
 */
export function tarball(
  directory: string,
  { files, folders, top = '' }: { files: readonly string[]; folders: readonly string[]; top?: string },
): Buffer<ArrayBuffer> {
  const entries = [
    ...files.map((name) => file(directory, name, top)),
    ...folders.flatMap((folder) => [
      header(`${top}${folder}/`, { mode: 0o755, size: 0, type: '5' }),
      ...readdirSync(join(directory, folder))
        .sort()
        .map((name) => file(directory, `${folder}/${name}`, top)),
    ]),
  ]
  return Buffer.from(gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * block)]), { level: 9 }))
}

function file(directory: string, name: string, top: string): Buffer {
  const content = readFileSync(join(directory, name))
  // A checkout may have lost the bit.
  const mode = content.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644
  const padding = Buffer.alloc((block - (content.length % block)) % block)
  return Buffer.concat([header(`${top}${name}`, { mode, size: content.length, type: '0' }), content, padding])
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
