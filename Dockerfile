# Parley as an image, for amd64 and arm64: `docker build -t parley .`
# tests/e2e/processes/image.spec.ts reads the steps below and tries what they make, without a container engine.

# The build is JavaScript and the same for every processor: it runs on the builder's own.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# sharp, for thumbnails, has files for each processor: this stage installs those of the image's. It leaves out .npmrc, which asks for
# devDependencies.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS sharp
ARG TARGETARCH
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --os=linux --libc=glibc --cpu=$(echo $TARGETARCH | sed s/amd64/x64/)

FROM node:24.21.0-bookworm-slim
# HOST: a container is reached from outside. 80 is the port that ONCE asks for.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 EXTRA_PORT=80 DATA_DIR=/storage
WORKDIR /app
COPY --from=build /src/build ./build
COPY --from=sharp /src/node_modules/sharp ./node_modules/sharp
COPY --from=sharp /src/node_modules/@img ./node_modules/@img
COPY --from=sharp /src/node_modules/detect-libc ./node_modules/detect-libc
COPY --from=sharp /src/node_modules/semver ./node_modules/semver
COPY --chmod=0755 src/image/pre-backup src/image/post-restore /hooks/
# A new volume takes this mode: any user id can write it. The store's own files are for that user alone.
RUN mkdir -m 1777 /storage
USER 1000:1000
VOLUME /storage
EXPOSE 3000 80
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/up`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "build"]
