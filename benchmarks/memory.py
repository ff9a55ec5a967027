"""The peak memory of a process, as the kernel counts it for what the process itself is.

`ru_maxrss` will not do: of a process that was started from another it counts what that one held before the new program was there
(exec(2) keeps the figure), so a small program started from a large one looks large.
"""

from __future__ import annotations

from pathlib import Path


def peak(process: int | str = "self") -> float:
    """The most that a process held at once until now, in megabytes (VmHWM, proc_pid_status(5))."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split(":", 1) for line in lines)["VmHWM"].split()[0]) / 1024
