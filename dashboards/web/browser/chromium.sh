#!/usr/bin/env bash
# Sees to it that there is a Chromium: Debian's, installed where we may and it is missing.
set -euo pipefail
if [[ -x ${CHROMIUM:-/usr/bin/chromium} ]]; then exit 0; fi
if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium: install it, or name it in CHROMIUM." >&2
  exit 1
fi
echo "Installing Debian's chromium for the browser tests"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
