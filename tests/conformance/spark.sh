#!/usr/bin/env bash
# The tests of the dialect `spark` on Spark itself, which needs Java 17 or newer: in one process without ANSI mode and with
# it, and on a cluster of a master and two workers. The argument is the folder of our programs, such as .venv/bin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=${1:-.venv/bin}
tests/conformance/install.sh "$bin/python" spark
export SPARK_HOME
SPARK_HOME=$(.engines/spark/bin/python -c 'import pyspark; print(pyspark.__path__[0])')
export PYSPARK_PYTHON=$PWD/.engines/spark/bin/python
logs=$(mktemp -d)
port=${SEGQL_SPARK_PORT:-57077}
started=()

stop() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  rm -rf "$logs"
}
trap stop EXIT

start() {
  (cd "$logs" && exec "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$@") >>"$logs/log" 2>&1 &
  started+=($!)
}

try() {
  echo "== $1, ANSI mode $2"
  CI=1 SEGQL_SPARK=$1 SEGQL_ANSI=$2 SEGQL_CONFORMANCE=${SEGQL_CONFORMANCE:-400} \
    "$bin/pytest" tests/conformance -k 'spark and not frames' -q "${@:3}"
}

try 'local[2]' false
try 'local[2]' true
start master.Master --host 127.0.0.1 --port "$port" --webui-port 0
start worker.Worker --host 127.0.0.1 --cores 1 --memory 1g --webui-port 0 --work-dir "$logs/1" "spark://127.0.0.1:$port"
start worker.Worker --host 127.0.0.1 --cores 1 --memory 1g --webui-port 0 --work-dir "$logs/2" "spark://127.0.0.1:$port"
SEGQL_CONFORMANCE=80 try "spark://127.0.0.1:$port" true
