import { tarball } from '#lib/tarball.ts'

/** The plugin as `dokku plugin:install` fetches it: its files at the top of the archive, where plugn leaves them in every version. */
export const pluginTarball = (directory: string): Buffer<ArrayBuffer> =>
  tarball(directory, { files: ['README.md', 'commands', 'plugin.toml'], folders: ['lib', 'subcommands'] })
