# syntax=docker/dockerfile:1
# The image contains Node.js, the compiled code and its production packages. It has no compiler, no development packages
# and no embedded PostgreSQL: in a container, DATABASE_URL names a PostgreSQL server.
FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM manifests AS build
# Prisma's command downloads a schema engine unless this names an executable. Generating does not run it.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
RUN npm ci --ignore-scripts
COPY prisma prisma
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/find-build.mjs scripts/
COPY client/package.json client/package.json
COPY client/src client/src
COPY src src
RUN npx prisma generate && node scripts/build.mjs

FROM manifests AS packages
# Omits Prisma's command, an optional peer dependency, and the embedded PostgreSQL, an optional dependency. Then removes
# the query compilers for other databases, which have a few megabytes each.
RUN npm ci --ignore-scripts --omit=dev --omit=optional --omit=peer && \
  find node_modules/@prisma/client/runtime -name 'query_compiler_*' \
    ! -name 'query_compiler_fast_bg.postgresql.*' -delete

FROM node:24-bookworm-slim
# The user below has no name and thus no home folder. Without HOME, the AWS SDK fails before its first call.
ENV NODE_ENV=production HOME=/app HOST=0.0.0.0 PORT=3000 COUNTERSIGN_DATA_DIR=/var/lib/countersign
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
# For operators: docker exec … countersign doctor, keys, audit, fleet, connections, …
RUN printf '#!/bin/sh\nexec node --enable-source-maps /app/dist/src/main.js "$@"\n' > /usr/local/bin/countersign && \
  chmod 755 /usr/local/bin/countersign
# This folder contains the key that signs audit checkpoints, unless COUNTERSIGN_AUDIT_SIGNING_KEY_FILE is set.
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/countersign
VOLUME /var/lib/countersign
USER 10001:10001
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/main.js"]
CMD ["serve"]
