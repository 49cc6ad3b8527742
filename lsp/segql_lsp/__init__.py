"""The SegQL language server: it converts what an editor asks, lets `segql.ide` think, and converts the answer back."""
