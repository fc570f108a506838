#!/usr/bin/env bash
# Rehearses a rolling upgrade to another core: two builds of the same source, whose cores have two numbers, on one real
# broker. The older processors run, the newer join, each partition is handed over, the older leave; signals come all the
# while. In the end the newer build restores from what was handed over, holding every digest published since.
# Usage: rehearse.sh OLDER NEWER      (run by `broker.sh run`, which says where the broker is)
set -euo pipefail
older="$1" newer="$2" brokers="${LIANDONG_TEST_BROKERS:?run me by broker.sh run}"
work="$(mktemp -d)"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT

cat >"$work/city.toml" <<END
data_dir = "$work/data"
[journal]
kind = "kafka"
brokers = "$brokers"
topic_prefix = "rehearsal-$$"
END
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
role() { # NAME BINARY WORDS…: starts one, and leaves its address in $work/NAME
  local name="$1" binary="$2" address
  shift 2
  address="127.0.0.1:$(port)"
  echo "$address" >"$work/$name"
  "$binary" "$@" --profile demo --config "$work/city.toml" --listen "$address" >"$work/$name.log" 2>&1 &
  pids+=($!)
  echo $! >"$work/$name.pid"
}
ready() { # NAME…: waits until each says that it is
  for name in "$@"; do
    for _ in $(seq 600); do
      curl -sf "http://$(cat "$work/$name")/readyz" >/dev/null && continue 2
      sleep 0.1
    done
    echo "rehearsal: $name is not ready" >&2
    tail -5 "$work/$name.log" >&2
    exit 1
  done
}
figure() { # NAME METRIC: the sum over its labels
  curl -sf "http://$(cat "$work/$1")/metrics" | awk -v m="$2" 'index($1, m) == 1 {s += $2} END {print s + 0}'
}
sent=0
send() { # COUNT: acknowledged signals
  for _ in $(seq "$1"); do
    sent=$((sent + 1))
    curl -sf -o /dev/null "http://$(cat "$work/ingest")/api/v1/signals" -H 'content-type: application/json' -d "{
      \"id\": \"r$sent\", \"channel\": \"public_app\", \"item\": \"G03031\", \"text\": \"路灯不亮\", \"lat\": 41.27,
      \"lon\": 123.$((100 + sent % 80)), \"observed_at\": $(date +%s%3N)}"
  done
}

"$older" topics apply --profile demo --config "$work/city.toml" >/dev/null
role older-1 "$older" processor --standby 1
role older-2 "$older" processor --standby 2
ready older-1 older-2
role ingest "$older" ingest
role gateway "$older" gateway
ready ingest gateway
send 100
echo "rehearsal: two of the older core run; $sent signals" >&2
role newer-1 "$newer" processor --standby 3
role newer-2 "$newer" processor --standby 4
send 100
ready newer-1 newer-2
for name in older-1 older-2; do kill "$(cat "$work/$name.pid")"; wait "$(cat "$work/$name.pid")" || true; done
echo "rehearsal: all is handed over, the older have left; $sent signals" >&2
send 100
sleep 2
shown="$(curl -sf "http://$(cat "$work/gateway")/metrics" | awk 'index($1, "gateway_position_offset") == 1' | wc -l)"
disagreed=$(($(figure newer-1 processor_disagreements_total) + $(figure newer-2 processor_disagreements_total)))
spoke=$(($(figure newer-1 processor_entries_total) + $(figure newer-2 processor_entries_total)))
tickets="$(curl -sf "http://$(cat "$work/gateway")/api/v1/tally?partition=1" || true)"
for name in newer-1 newer-2 ingest gateway; do kill "$(cat "$work/$name.pid")"; wait "$(cat "$work/$name.pid")" || true; done
"$newer" processor --until-end --profile demo --config "$work/city.toml" --listen "127.0.0.1:$(port)"
echo "rehearsal: $sent signals; the newer core spoke of $spoke entries; $disagreed disagreements; $shown partitions shown" >&2
echo "rehearsal: the picture says $tickets" >&2
[[ $disagreed -eq 0 && $spoke -gt 0 ]]
