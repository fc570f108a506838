# Liandong as a cluster runs it: Kafka, TLS to its brokers, snapshots in S3. Built by docker-compose.yml.
FROM node:22-bookworm-slim AS pages
WORKDIR /src/dashboards/web
COPY dashboards/web/package.json dashboards/web/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY dashboards/web ./
COPY docs /src/docs
RUN npm run --silent build -- --logLevel warn

FROM rust:1.95-bookworm AS server
WORKDIR /src
COPY . .
COPY --from=pages /src/dashboards/web/dist dashboards/web/dist
RUN cargo build --profile dist --locked --bin liandong --features kafka,kafka-tls,s3

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libssl3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home liandong \
 && install -d -o liandong -g liandong /var/lib/liandong /var/lib/liandong/own /var/lib/liandong/shared
COPY --from=server /src/target/dist/liandong /usr/local/bin/liandong
USER liandong
WORKDIR /var/lib/liandong
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["liandong"]
CMD ["all"]
