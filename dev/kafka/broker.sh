#!/usr/bin/env bash
# A real Kafka broker (KRaft, one node) on loopback, for development and tests: no container.
# Usage: broker.sh start|stop|run COMMAND…   (`run` starts one, runs the command, and ends it)
# Settings: KAFKA_DIR (scratch/kafka), KAFKA_PORT (19092; the controller takes the next one).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
dir="${KAFKA_DIR:-$here/../../scratch/kafka}"
port="${KAFKA_PORT:-19092}"
address="127.0.0.1:$port"

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
lives() { [[ -f "$dir/pid" ]] && kill -0 "$(cat "$dir/pid")" 2>/dev/null; }

need() {
  for tool in java mvn; do
    command -v "$tool" >/dev/null || { echo "kafka: $tool is missing (Debian: default-jdk maven)" >&2; exit 3; }
  done
}

# A client that is neither ours nor Kafka's own, for the tests of what others read.
foreign_client() {
  command -v kcat >/dev/null && return
  if [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
    { apt-get update && apt-get install -y --no-install-recommends kcat; } >&2 || true
  fi
  command -v kcat >/dev/null || echo "kafka: no kcat (Debian: kcat)" >&2
}

jars() {
  [[ -f "$dir/libs/.whole" ]] && return
  echo "kafka: fetching the jars (126 MB, once)" >&2
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$dir/libs"
  touch "$dir/libs/.whole"
}

settings() {
  cat >"$dir/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$((port + 1))
listeners=PLAINTEXT://$address,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://$address
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$dir/log
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
END
}

start() {
  need
  mkdir -p "$dir"
  dir="$(cd "$dir" && pwd)"
  if lives; then echo "kafka: runs already at $address" >&2; return; fi
  if answers; then echo "kafka: port $port is taken; set KAFKA_PORT" >&2; exit 1; fi
  jars
  settings
  if [[ ! -f "$dir/log/meta.properties" ]]; then
    java -cp "$dir/libs/*" kafka.tools.StorageTool format --standalone \
      -t "$(java -cp "$dir/libs/*" kafka.tools.StorageTool random-uuid)" \
      -c "$dir/server.properties" >"$dir/format.out" 2>&1
  fi
  nohup java -Xmx512m -cp "$dir/libs/*" kafka.Kafka "$dir/server.properties" \
    >"$dir/broker.out" 2>&1 </dev/null &
  echo $! >"$dir/pid"
  for _ in $(seq 300); do
    if answers; then echo "kafka: $address" >&2; return; fi
    lives || { tail -5 "$dir/broker.out" >&2; exit 1; }
    sleep 0.2
  done
  echo "kafka: does not answer within a minute; see $dir/broker.out" >&2
  exit 1
}

stop() {
  lives || { echo "kafka: does not run" >&2; return; }
  local pid
  pid="$(cat "$dir/pid")"
  kill "$pid"
  for _ in $(seq 150); do
    kill -0 "$pid" 2>/dev/null || { rm -f "$dir/pid"; echo "kafka: ended" >&2; return; }
    sleep 0.2
  done
  kill -9 "$pid"
  rm -f "$dir/pid"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  run)
    shift
    dir="$(mktemp -d)"
    # The jars are shared, the rest is this run's own.
    mkdir -p "${KAFKA_DIR:-$here/../../scratch/kafka}/libs"
    ln -s "$(cd "${KAFKA_DIR:-$here/../../scratch/kafka}/libs" && pwd)" "$dir/libs"
    trap 'stop; rm -rf "$dir"' EXIT
    start
    foreign_client
    LIANDONG_TEST_BROKERS="$address" LIANDONG_TEST_KAFKA_JARS="$dir/libs" "$@"
    ;;
  *) sed -n '2,4p' "$0" | cut -c3-; exit 2 ;;
esac
