#!/usr/bin/env bash
# The tests of the dialect `spark` on Spark itself, which needs Java 17 or newer: in one process, with ANSI mode and without
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
  (cd "$logs" && exec "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$1" "${@:2}") >>"$logs/log" 2>&1 &
  started+=($!)
}

try() {
  local master=$1 ansi=$2
  shift 2
  echo "== $master, ANSI mode $ansi"
  CI=1 SEGQL_SPARK=$master SEGQL_ANSI=$ansi "$bin/pytest" "$@" -k 'spark and not frames' -q
}

few="tests/conformance/test_contract.py tests/conformance/test_random.py"
try 'local[2]' true tests/conformance
try 'local[2]' false $few
start master.Master --host 127.0.0.1 --port "$port" --webui-port 0
for n in 1 2; do
  start worker.Worker --cores 1 --memory 1g --webui-port 0 --work-dir "$logs/$n" "spark://127.0.0.1:$port"
done
SEGQL_CONFORMANCE=80 try "spark://127.0.0.1:$port" true $few
