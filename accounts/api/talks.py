"""Part 2: talks, promises, contracts, tenders and offers; over HTTP."""

from typing import Any

#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = ()
