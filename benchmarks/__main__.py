"""`python -m benchmarks`: all benchmarks, one after the other."""

from benchmarks import compiling

if __name__ == "__main__":
    compiling.main()
