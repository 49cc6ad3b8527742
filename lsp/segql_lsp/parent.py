"""The editor as a process: a server whose editor died should not stay."""

from __future__ import annotations

import logging
import os
import threading
import time

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds between two looks


def end_with(process: int) -> None:
    """Ends this process when another has ended, whatever else is going on."""

    def look() -> None:
        while alive(process):
            time.sleep(PATIENCE)
        log.warning("the editor is gone")
        logging.shutdown()
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def alive(process: int) -> bool:
    """Whether a process of this machine lives. Where this cannot be asked without harm, it does."""
    if os.name != "posix" or process <= 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
