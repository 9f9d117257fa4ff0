# syntax=docker/dockerfile:1
# What runs is Node, the compiled code and the packages that it loads: no compiler, no npm packages of development,
# and no embedded PostgreSQL, since in a container DATABASE_URL names a real one.
FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM manifests AS build
# Generating needs no schema engine, yet Prisma's command fetches one unless this names an executable. It is not run.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
RUN npm ci --ignore-scripts
COPY prisma prisma
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY src src
RUN npx prisma generate && npx tsc -p tsconfig.build.json && \
  npx esbuild src/connect-page/assets/connect.ts src/connect-page/assets/connect.css --bundle --outdir=dist/src/connect-page/assets

FROM manifests AS packages
# Prisma's command is an optional peer of its client, and PostgreSQL's programs are optional packages: neither comes
# along. Of the client's query compilers, a few megabytes for each kind of database, the one for PostgreSQL stays.
RUN npm ci --ignore-scripts --omit=dev --omit=optional --omit=peer && \
  find node_modules/@prisma/client/runtime -name 'query_compiler_*' \
    ! -name 'query_compiler_fast_bg.postgresql.*' -delete

FROM node:24-bookworm-slim
# HOME, since the user below has no name, and without a home the AWS SDK gives up before it calls anything.
ENV NODE_ENV=production HOME=/app HOST=0.0.0.0 PORT=3000 COUNTERSIGN_DATA_DIR=/var/lib/countersign
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY prisma/migrations dist/prisma/migrations
# Only the key that signs audit checkpoints lives here, unless COUNTERSIGN_AUDIT_SIGNING_KEY_FILE names another.
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/countersign
VOLUME /var/lib/countersign
USER 10001:10001
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/main.js"]
CMD ["serve"]
