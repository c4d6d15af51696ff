"""The plan of the year and the team; over HTTP."""

from typing import Any

#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = ()
