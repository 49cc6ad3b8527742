"""`python -m benchmarks`: all benchmarks, one after the other; 1 if an aim of editing is missed."""

from benchmarks import analyses, compiling, editing, sequences

if __name__ == "__main__":
    compiling.main()
    fine = editing.main()
    sequences.main()
    analyses.main()
    raise SystemExit(0 if fine else 1)
