#!/usr/bin/env bash
# Runs all tests, those on a real broker and a real S3 server among them; where there is none of them, all others, and
# says which were not run. With CI set, none may be left out.
# Usage: tests.sh FEATURES
set -euo pipefail
cd "$(dirname "$0")/.."
features="$1"
left_out=()
skip=()
broker=(env "KAFKA_PORT=${KAFKA_PORT:-19292}" ./dev/kafka/broker.sh run)

leave_out() {
  if [[ -n ${CI:-} ]]; then echo "tests: $2" >&2; exit 1; fi
  left_out+=("$1: $2")
}

for tool in java mvn openssl; do
  if ! command -v "$tool" >/dev/null && [[ ${broker[1]} != LIANDONG_SKIP_KAFKA=1 ]]; then
    leave_out "kafka::* and the half of journal_laws::* on a broker" \
      "$tool is missing (Debian: default-jdk-headless maven openssl)"
    skip+=(--skip kafka::)
    broker=(env LIANDONG_SKIP_KAFKA=1)
  fi
done
if [[ $features != *kafka-tls* ]]; then
  leave_out "kafka::secured::*" "OpenSSL's headers are missing (Debian: libssl-dev pkg-config)"
fi
if [[ ! -x scratch/tools/bin/s3s-fs ]]; then
  leave_out "snapshots::bucket::*" "there is no S3 server: \`make s3\` installs one"
  skip+=(--skip snapshots::bucket::)
fi

tell() {
  local one
  for one in "${left_out[@]}"; do echo "tests: NOT RUN: $one" >&2; done
}

tell
cargo test --workspace --doc --locked --quiet --features "$features"
# Built before a broker waits for it.
cargo test --workspace --lib --bins --tests --locked --features "$features" --no-run
"${broker[@]}" cargo test --workspace --lib --bins --tests --locked --features "$features" -- "${skip[@]}"
tell
