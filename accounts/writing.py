"""Whether the database takes writes at all: after a failover it may be a standby, and its disk may be full. Reading goes on."""

from django.db import DatabaseError

READ_ONLY, DISK_FULL = "25006", "53100"  # SQLSTATE


def is_write_refused(error: BaseException | None) -> bool:
    """Whether the database refused this write because it refuses all of them."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) in {READ_ONLY, DISK_FULL}
