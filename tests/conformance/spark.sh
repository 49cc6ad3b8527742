#!/usr/bin/env bash
# The tests of the dialect `spark` on Spark itself, which needs Java 17 or newer: in one process, with ANSI mode and without
# it, and on a cluster of a master and two workers. The argument is the folder of our programs, such as .venv/bin. What was
# found is written into the table of docs/engines.md. SEGQL_CONFORMANCE is how many random segments the first is asked, times four.
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
  local name=$1 master=$2 ansi=$3 many=$4
  shift 4
  echo "== $name"
  CI=1 SEGQL_SPARK=$master SEGQL_SPARK_NAME=$name SEGQL_ANSI=$ansi SEGQL_CONFORMANCE=$many \
    "$bin/pytest" "$@" -k 'spark and not frames' -q --write-proved
}

many=${SEGQL_CONFORMANCE:-400}
few="tests/conformance/test_contract.py tests/conformance/test_random.py"
try 'Spark' 'local[2]' true "$many" tests/conformance
try 'Spark without ANSI mode' 'local[2]' false $((many / 2)) $few
start master.Master --host 127.0.0.1 --port "$port" --webui-port 0
for n in 1 2; do
  start worker.Worker --cores 1 --memory 1g --webui-port 0 --work-dir "$logs/$n" "spark://127.0.0.1:$port"
done
try 'Spark, two workers' "spark://127.0.0.1:$port" true $((many / 4)) $few
