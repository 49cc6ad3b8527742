"""The SegQL language server: it converts, asks `segql`, and converts back. Not built yet."""
