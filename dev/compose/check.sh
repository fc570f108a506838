#!/usr/bin/env bash
# Checks docker-compose.yml and what it mounts as far as that goes without an engine: docker-compose (Debian's, 1.29),
# promtool and caddy where they are; tests/it/compose.rs holds the rest.
set -euo pipefail
cd "$(dirname "$0")/../.."

have() {
  command -v "$1" >/dev/null && return
  if [[ -n ${CI:-} ]]; then echo "compose: $1 is missing" >&2; exit 1; fi
  echo "compose: NOT CHECKED by $1, which is not here (Debian: $2)" >&2
  return 1
}

if have docker-compose docker-compose; then
  docker-compose --file docker-compose.yml config --quiet
  echo "docker-compose.yml: sound"
fi
if have promtool prometheus; then
  # As the container has it: the rules beside the configuration.
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cp dev/compose/prometheus.yml "$folder"
  cp -r dashboards/prometheus/rules "$folder"
  promtool check config --lint-fatal "$folder/prometheus.yml" | grep -v '^$'
fi
if have caddy caddy; then
  caddy validate --adapter caddyfile --config dev/compose/Caddyfile 2>/dev/null
fi
