import { tarball } from '#lib/tarball.ts'

/** The playbook for whoever sets up a Dokku host, in a folder of its own and without its tests. */
export const playbookTarball = (directory: string): Buffer<ArrayBuffer> =>
  tarball(directory, {
    files: ['README.md', 'inventory.example.yml', 'playbook.yml'],
    folders: ['tasks', 'templates'],
    top: 'berth-hosts/',
  })
