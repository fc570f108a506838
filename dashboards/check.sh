#!/usr/bin/env bash
# Checks the scrape, the rules and their tests with promtool: Debian's, installed where we may and it is missing.
set -euo pipefail
cd "$(dirname "$0")/prometheus"
promtool=${PROMTOOL:-promtool}
if ! command -v "$promtool" >/dev/null; then
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "The rules are checked by promtool: install Prometheus, or name it in PROMTOOL." >&2
    exit 1
  fi
  echo "Installing Debian's prometheus for its promtool"
  # The package would start a server. Debian asks this file first, and 101 says that nothing may start.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus >/dev/null
  # Nor at the next boot.
  if command -v systemctl >/dev/null; then systemctl --quiet disable prometheus; fi
  promtool=promtool
fi
"$promtool" check config --lint-fatal prometheus.yml
"$promtool" check rules --lint-fatal rules/*.yml
"$promtool" test rules tests/*.yml
