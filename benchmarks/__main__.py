"""`python -m benchmarks`: all benchmarks, one after the other; 1 if an aim of editing is missed."""

from benchmarks import compiling, editing

if __name__ == "__main__":
    compiling.main()
    raise SystemExit(0 if editing.main() else 1)
