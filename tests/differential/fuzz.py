"""`make fuzz`: random segments with ever new seeds, for as long as asked. Stops at the first difference.

python tests/differential/fuzz.py [SECONDS] [FIRST SEED]
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

EXAMPLES = 2000


def main() -> int:
    """Exit code 0 if DuckDB and the reference agreed all the time, 1 at the first difference."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**9)
    start, cases = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        environment = {**os.environ, "SEGQL_SEED": str(seed), "SEGQL_EXAMPLES": str(EXAMPLES)}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "auto", "tests/differential/test_random.py"]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            print(run.stdout, f"\nseed {seed}: again with `SEGQL_SEED={seed} pytest tests/differential`", sep="")
            return 1
        cases += EXAMPLES
        print(f"seed {seed}: equal ({cases} random segments in {time.monotonic() - start:.0f} s)", flush=True)
        seed += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
