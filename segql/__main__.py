"""`python -m segql` is `segql`."""

from segql.cli.main import main

main()
