#!/usr/bin/env bash
# Starts a weir cluster for ../shared/bench/bench.py --target command, which sets these variables (its README has the contract):
#
#   BENCH_NODES      number of nodes
#   BENCH_BASE_PORT  node i serves clients on 127.0.0.1:(base + i); ZooKeeper takes base + 20
#   BENCH_DATA_DIR   all data, logs and pid files
#   BENCH_HEAP       heap of each node
#   BENCH_FSYNC      1: acknowledged means on disk
#   BENCH_SET        settings for every node, KEY=VALUE, one a line
#   BENCH_NODE       start only this node again, in the running cluster, and return
#
# Runs until SIGTERM, then stops the nodes and ZooKeeper. Never restarts a node.
set -euo pipefail

weir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/weir
: "${BENCH_NODES:?}" "${BENCH_BASE_PORT:?}" "${BENCH_DATA_DIR:?}"

if [ "${BENCH_FSYNC:-0}" = 1 ]; then
  echo "weir: acknowledgements that wait for the disk (BENCH_FSYNC=1) are not offered yet: measure without --fsync" >&2
  exit 1
fi

export WEIR_HEAP=${BENCH_HEAP:-512m}
zookeeper_port=$((BENCH_BASE_PORT + 20))
cd "$BENCH_DATA_DIR"

# The launcher becomes the server by exec, so that the pid of the one is the pid of the other.
launch_node() {
  local sets=() line
  while IFS= read -r line; do
    [ -z "$line" ] || sets+=(--set "$line")
  done <<<"${BENCH_SET:-}"
  WEIR_JAVA_OPTS="${WEIR_JAVA_OPTS:-} -Xms$WEIR_HEAP" "$weir" broker --config "node-$1.properties" ${sets[@]+"${sets[@]}"} >>"node-$1.log" 2>&1 &
  echo $! >"node-$1.pid"
}

if [ -n "${BENCH_NODE:-}" ]; then
  launch_node "$BENCH_NODE"
  exit 0
fi

configure_node() {
  cat >"node-$1.properties" <<CONF
node.id=$1
listeners=PLAINTEXT://127.0.0.1:$((BENCH_BASE_PORT + $1))
log.dirs=$BENCH_DATA_DIR/data-$1
zookeeper.connect=127.0.0.1:$zookeeper_port
default.replication.factor=$((BENCH_NODES < 3 ? BENCH_NODES : 3))
offsets.topic.replication.factor=$((BENCH_NODES < 3 ? BENCH_NODES : 3))
transaction.state.log.replication.factor=$((BENCH_NODES < 3 ? BENCH_NODES : 3))
min.insync.replicas=$((BENCH_NODES < 2 ? BENCH_NODES : 2))
group.initial.rebalance.delay.ms=0
CONF
}

nodes() { seq "$BENCH_NODES"; }

# Ends the process of a pid file, if it runs, and waits until it is gone. A node that was started again is no child of this shell.
signal() { kill "$2" "$(cat "$1")" 2>/dev/null || true; }
await_end() {
  local pid
  pid=$(cat "$1")
  while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null; do sleep 0.05; done
}

stop() {
  trap - TERM INT
  for i in $(nodes); do signal "node-$i.pid" -TERM; done
  for i in $(nodes); do await_end "node-$i.pid"; done
  signal aux-zookeeper.pid -TERM
  await_end aux-zookeeper.pid
  exit 0
}

"$weir" --version >/dev/null # builds where that is needed, before anything is timed
trap stop TERM INT
"$weir" zookeeper --data-dir "$BENCH_DATA_DIR/zookeeper" --port "$zookeeper_port" >>zookeeper.log 2>&1 &
echo $! >aux-zookeeper.pid
for i in $(nodes); do configure_node "$i"; done
for i in $(nodes); do launch_node "$i"; done
while :; do
  sleep 1 &
  wait $! || true
done
