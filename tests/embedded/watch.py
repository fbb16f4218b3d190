"""Lists this machine's processes."""

import os
import time
from pathlib import Path

from embedded.home import Home


def processes_of(home: Home | Path) -> list[str]:
    """The processes with this home in their arguments or environment, or as their working directory."""
    path = str(home.path if isinstance(home, Home) else home)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            said = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
            if (path.encode() in said or str((entry / "cwd").readlink()).startswith(path)) and int(
                entry.name
            ) != os.getpid():
                found.append(f"{entry.name} {(entry / 'cmdline').read_text()}")
        except OSError:
            continue
    return found


def eventually(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())
