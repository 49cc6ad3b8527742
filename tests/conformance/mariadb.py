"""A MariaDB server of our own: started on a copy of an empty one, gone with the test."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .missing import Missing
from .remote import ENGINES

HOME = ENGINES / "mariadb"
SHARE = HOME / "usr" / "share" / "mysql"
OPTIONS = (
    "--no-defaults",
    f"--lc-messages-dir={SHARE}",
    f"--character-sets-dir={SHARE / 'charsets'}",
    f"--plugin-dir={HOME / 'usr' / 'lib' / 'mysql' / 'plugin'}",
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--default-time-zone=-05:00",  # which would show wherever it had a say
    "--innodb-log-file-size=4M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-name-resolve",
)


@contextlib.contextmanager
def server(*options: str) -> Iterator[dict[str, Any]]:
    """Where PyMySQL finds a server on which `root` needs no password. Raises Missing."""
    try:
        import pymysql
    except ImportError as error:
        raise Missing(str(error)) from error
    if not HOME.exists():
        raise Missing("tests/conformance/install.sh installs mariadb")
    with tempfile.TemporaryDirectory(prefix="segql-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        shutil.copytree(HOME / "data", data)
        at = {"host": "127.0.0.1", "port": _free_port(), "user": "root"}
        # A server that starts deletes the temporary tables that it finds: two must not share a folder for them.
        places = (f"--datadir={data}", f"--socket={folder}/socket", f"--tmpdir={folder}")
        own = (*places, f"--port={at['port']}", f"--user={getpass.getuser()}")
        libraries = os.pathsep.join(str(path) for path in (HOME / "usr" / "lib").glob("*/") if path.is_dir())
        with (
            open(Path(folder) / "log", "wb") as log,
            subprocess.Popen(
                [HOME / "usr" / "sbin" / "mariadbd", *OPTIONS, *own, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"LD_LIBRARY_PATH": libraries},
            ) as process,
        ):
            try:
                _wait(pymysql, process, at, Path(folder) / "log")
                yield at
            finally:
                process.kill()


def _wait(driver: Any, process: subprocess.Popen[bytes], at: dict[str, Any], log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            driver.connect(**at).close()
            return
        except driver.err.OperationalError:
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < end, log.read_text("utf-8", "replace")
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
