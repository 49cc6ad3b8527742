"""One module for each request: convert what is asked, ask `segql.ide`, convert the answer."""
