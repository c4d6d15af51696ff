"""Part 3: people and decision chains; over HTTP."""

from typing import Any

#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = ()
