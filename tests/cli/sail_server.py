"""Sail, a relative of Spark, as a Spark Connect server, run in its own environment: it prints its port."""

import os
import sys
import tempfile

from pysail.spark import SparkConnectServer

os.chdir(tempfile.mkdtemp(prefix="segql-"))  # what it writes is a folder here
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()  # until the test is over
