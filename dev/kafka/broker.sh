#!/usr/bin/env bash
# A real Kafka (KRaft) on loopback, for development and tests: no container.
# Usage: broker.sh start|cluster|stop      one node; three nodes; whatever runs
#        broker.sh run COMMAND…            starts one of its own, runs the command, and ends it
#        broker.sh node-pid|node-start|node-stop|node-kill N      one node of a cluster
# Settings: KAFKA_DIR (scratch/kafka); KAFKA_NODES (1, or 3; `run` heeds it, too); KAFKA_PORT (19092):
#   node N listens 10·(N-1) above it: in clear; +1 the controllers; +2 TLS and a password; +3 TLS and a certificate.
# A command of `run` gets LIANDONG_TEST_BROKERS, LIANDONG_TEST_KAFKA_JARS, and LIANDONG_TEST_TLS_BROKERS and
#   LIANDONG_TEST_MTLS_BROKERS with LIANDONG_TEST_TLS_DIR: ca.pem, other-ca.pem, client.pem, client.key, and password
#   (of the user liandong); and KAFKA_DIR, KAFKA_PORT and KAFKA_NODES, so that it may stop and start nodes.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
dir="${KAFKA_DIR:-$here/../../scratch/kafka}"
base="${KAFKA_PORT:-19092}"
nodes="${KAFKA_NODES:-1}"

port_of() { echo $((base + 10 * ($1 - 1))); }
home() { echo "$dir/$([[ $nodes == 1 ]] && echo single || echo cluster)"; }
node_dir() { echo "$(home)/node-$1"; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
lives() { [[ -f "$1/pid" ]] && kill -0 "$(cat "$1/pid")" 2>/dev/null; }

# The addresses of all nodes, so far above their first ports.
addresses() {
  local n all=()
  for n in $(seq "$nodes"); do all+=("127.0.0.1:$(($(port_of "$n") + $1))"); done
  (IFS=,; echo "${all[*]}")
}

need() {
  local tool
  for tool in java mvn openssl; do
    command -v "$tool" >/dev/null ||
      { echo "kafka: $tool is missing (Debian: default-jdk-headless maven openssl)" >&2; exit 3; }
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

# An id as Kafka writes them: 128 bits in base 64.
new_id() {
  local id
  id="$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c 1-22)"
  [[ $id == -* ]] && new_id || echo "$id"
}

# Keys of this folder's own, made once.
keys() {
  local tls="$dir/tls" ca one
  [[ -f "$tls/.whole" ]] && return
  mkdir -p "$tls" && chmod 700 "$tls"
  (
    cd "$tls"
    for ca in ca other-ca; do
      openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=liandong development $ca" \
        -keyout "$ca.key" -out "$ca.pem" 2>/dev/null
    done
    for one in broker client; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$one" -keyout "$one.key" -out "$one.csr" 2>/dev/null
      openssl x509 -req -in "$one.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
        -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:localhost") -out "$one.pem" 2>/dev/null
    done
    # Kafka reads key and certificate from one file.
    cat broker.key broker.pem >broker-both.pem
    openssl rand -hex 16 | tr -d '\n' >password
    touch .whole
  )
}

settings() {
  local n=$1 port replicas=1 isr=1
  port="$(port_of "$n")"
  if ((nodes > 1)); then replicas=3 isr=2; fi
  cat <<END
process.roles=broker,controller
node.id=$n
controller.quorum.bootstrap.servers=$(addresses 1)
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1)),SASL_SSL://127.0.0.1:$((port + 2)),SSL://127.0.0.1:$((port + 3))
advertised.listeners=PLAINTEXT://127.0.0.1:$port,SASL_SSL://127.0.0.1:$((port + 2)),SSL://127.0.0.1:$((port + 3))
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
ssl.keystore.type=PEM
ssl.keystore.location=$dir/tls/broker-both.pem
ssl.truststore.type=PEM
ssl.truststore.location=$dir/tls/ca.pem
listener.name.ssl.ssl.client.auth=required
listener.name.sasl_ssl.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_liandong="$(cat "$dir/tls/password")";
log.dirs=$(node_dir "$n")/log
# One machine has few cores: more threads only hand each request around.
num.network.threads=${KAFKA_NETWORK_THREADS:-1}
num.io.threads=${KAFKA_IO_THREADS:-2}
# The compactor's memory; otherwise 128 MB of the heap.
log.cleaner.dedupe.buffer.size=16777216
default.replication.factor=$replicas
min.insync.replicas=$isr
offsets.topic.num.partitions=5
offsets.topic.replication.factor=$replicas
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$isr
share.coordinator.state.topic.num.partitions=5
share.coordinator.state.topic.replication.factor=$replicas
share.coordinator.state.topic.min.isr=$isr
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.consumer.session.timeout.ms=6000
group.consumer.min.session.timeout.ms=6000
group.consumer.heartbeat.interval.ms=1500
group.consumer.min.heartbeat.interval.ms=500
END
}

# Gives each node its settings, and a new one its place in the quorum.
lay_out() {
  local n at cluster controllers=()
  cluster="$(new_id)"
  for n in $(seq "$nodes"); do
    mkdir -p "$(node_dir "$n")"
    settings "$n" >"$(node_dir "$n")/server.properties"
    controllers+=("$n@127.0.0.1:$(($(port_of "$n") + 1)):$(new_id)")
  done
  [[ -f "$(node_dir "$nodes")/log/meta.properties" ]] && return
  for n in $(seq "$nodes"); do
    at="$(node_dir "$n")"
    java -cp "$dir/libs/*" kafka.tools.StorageTool format -t "$cluster" -c "$at/server.properties" \
      --initial-controllers "$(IFS=,; echo "${controllers[*]}")" \
      --add-scram "SCRAM-SHA-512=[name=liandong,password=$(cat "$dir/tls/password")]" \
      >"$at/format.out" 2>&1 || { cat "$at/format.out" >&2; exit 1; } &
  done
  for n in $(seq "$nodes"); do wait -n || exit 1; done
}

# Starts node $1, without waiting for it.
launch() {
  # Each collection stands in the way of all requests: what is young is kept large, so that they
  # are seconds apart.
  local at heap=1g young=640m
  at="$(node_dir "$1")"
  if ((nodes > 1)); then heap=384m young=192m; fi
  lives "$at" && return
  nohup java "-Xmx$heap" "-Xms$heap" "-Xmn$young" ${KAFKA_GC:--XX:+UseParallelGC} -cp "$dir/libs/*" kafka.Kafka "$at/server.properties" \
    >"$at/broker.out" 2>&1 </dev/null &
  echo $! >"$at/pid"
}

await() {
  local at
  at="$(node_dir "$1")"
  for _ in $(seq 300); do
    if answers "$(port_of "$1")"; then return; fi
    lives "$at" || { tail -5 "$at/broker.out" >&2; exit 1; }
    sleep 0.2
  done
  echo "kafka: node $1 does not answer within a minute; see $at/broker.out" >&2
  exit 1
}

start() {
  local n
  need
  mkdir -p "$dir"
  dir="$(cd "$dir" && pwd)"
  for n in $(seq "$nodes"); do
    if lives "$(node_dir "$n")"; then continue; fi
    if answers "$(port_of "$n")"; then
      echo "kafka: port $(port_of "$n") is taken; set KAFKA_PORT" >&2
      exit 1
    fi
  done
  jars
  keys
  lay_out
  for n in $(seq "$nodes"); do launch "$n"; done
  for n in $(seq "$nodes"); do await "$n"; done
  echo "kafka: $(addresses 0) (TLS: $(addresses 2), keys and password in $dir/tls)" >&2
}

# `end SIGNAL DIR…`: ends the nodes of these folders, within bounds.
end() {
  local signal=$1 at
  shift
  for at in "$@"; do if lives "$at"; then kill "-$signal" "$(cat "$at/pid")"; fi; done
  for at in "$@"; do
    for _ in $(seq 100); do lives "$at" || break; sleep 0.1; done
    # One that is stopped (SIGSTOP), or waits for a quorum that is gone, does not hear.
    if lives "$at"; then kill -9 "$(cat "$at/pid")"; fi
    rm -f "$at/pid"
  done
}

stop() {
  local running=() at
  for at in "$dir"/single/node-* "$dir"/cluster/node-*; do if lives "$at"; then running+=("$at"); fi; done
  if ((${#running[@]} == 0)); then echo "kafka: does not run" >&2; return; fi
  end TERM "${running[@]}"
  echo "kafka: ended" >&2
}

run() {
  local jars_at="$dir/libs" own
  mkdir -p "$jars_at"
  jars_at="$(cd "$jars_at" && pwd)"
  own="$(mktemp -d)"
  # The jars are shared, the rest is this run's own.
  ln -s "$jars_at" "$own/libs"
  dir="$own"
  trap 'stop 2>/dev/null; rm -rf "$dir"' EXIT
  start
  foreign_client
  export KAFKA_DIR="$dir" KAFKA_PORT="$base" KAFKA_NODES="$nodes" LIANDONG_TEST_KAFKA_JARS="$jars_at"
  export LIANDONG_TEST_TLS_DIR="$dir/tls"
  LIANDONG_TEST_BROKERS="$(addresses 0)" LIANDONG_TEST_TLS_BROKERS="$(addresses 2)" \
    LIANDONG_TEST_MTLS_BROKERS="$(addresses 3)" "$@"
}

command="${1:-}"
case "$command" in
  start) start ;;
  cluster) nodes=3; start ;;
  stop) stop ;;
  run) shift; run "$@" ;;
  node-*)
    nodes="${KAFKA_NODES:-3}"
    n="${2:?which node?}"
    [[ -f "$(node_dir "$n")/server.properties" ]] || { echo "kafka: there is no node $n" >&2; exit 1; }
    case "$command" in
      node-pid) lives "$(node_dir "$n")" && cat "$(node_dir "$n")/pid" ;;
      node-start) launch "$n"; await "$n" ;;
      node-stop) end TERM "$(node_dir "$n")" ;;
      node-kill) end KILL "$(node_dir "$n")" ;;
      *) echo "kafka: $command?" >&2; exit 2 ;;
    esac
    ;;
  *) sed -n '2,11p' "$0" | cut -c3-; exit 2 ;;
esac
