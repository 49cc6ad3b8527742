"""Sail, a relative of Spark, as a server of Spark Connect or Arrow Flight SQL, run in its own environment: it prints its port.

python sail_server.py connect|flight
"""

import os
import sys
import tempfile

from pysail.flight import FlightSqlServer
from pysail.spark import SparkConnectServer

os.chdir(tempfile.mkdtemp(prefix="segql-"))  # what it writes is a folder here
server = {"connect": SparkConnectServer, "flight": FlightSqlServer}[sys.argv[1]]("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()  # until the test is over
