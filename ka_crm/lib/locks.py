"""One at a time, for rules that no constraint can hold (at least one administrator, no circles)."""

import zlib

from django.db import connection


def hold_until_commit(name: str) -> None:
    """Wait until no other transaction holds ``name``; call it inside ``atomic``.

    PostgreSQL has advisory locks for it; SQLite's transactions are IMMEDIATE here, so only one writes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
