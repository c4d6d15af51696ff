"""Part 4: competitors at the customer; over HTTP."""

from typing import Any

#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = ()
