"""The `segql` command: words in, text and an exit code out. All thinking is done below."""
