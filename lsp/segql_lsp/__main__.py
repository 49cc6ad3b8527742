"""`python -m segql_lsp`: the language server."""

from segql_lsp.main import main

main()
