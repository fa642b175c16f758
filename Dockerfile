# The image of the API, the projector and the tools. A test runs the commands of this file unchanged.

FROM node:24-slim AS build
WORKDIR /app
COPY . .
# Installs the packages of package-lock.json, and builds. scripts/install.mjs explains why npm ci is not used.
RUN node scripts/prepare.mjs --force-build
RUN npm prune --omit=dev
RUN mkdir data identity

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/programs ./dist/programs
COPY --from=build --chown=node:node /app/data ./data
COPY --from=build --chown=node:node /app/identity ./identity
ENV NODE_ENV=production
ENV APPLEDGER_DATA_DIR=/app/data
# Other containers cannot reach the loopback address of a container. With the development issuer (no APPLEDGER_ISSUER)
# the server refuses this address unless APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER=true.
ENV APPLEDGER_HOST=0.0.0.0
ENV APPLEDGER_PORT=8080
USER node
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.APPLEDGER_PORT}/management/v1/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/programs/api.js"]
