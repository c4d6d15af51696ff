"""Which process of which machine wrote something, and whether it is known to be dead."""

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

MARK_LENGTH = 16


def process_mark() -> str:
    """Return sixteen hexadecimal digits that name this process: its machine and its number there."""
    return f"{_machine()}{os.getpid():08x}"


def is_gone(mark: str) -> bool:
    """Whether the process behind a mark lived on this machine and is dead. ``False`` is "not known"."""
    if not mark.startswith(_machine()):
        return False
    try:
        os.kill(int(mark[8:MARK_LENGTH], 16), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return False


@cache
def _machine() -> str:
    """Eight digits that are equal for all processes that can see each other: one start of one machine and
    one space of process numbers. Where that cannot be told, every process is a machine of its own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        return secrets.token_hex(4)
    return hashlib.sha256(f"{boot} {space}".encode()).hexdigest()[:8]
