"""Part 1: what the customer is, documents, value and service; over HTTP."""

from typing import Any

#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = ()
