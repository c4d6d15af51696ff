"""Every read of accounts; ``viewer`` wherever visibility matters."""

from accounts.queries.customers import (
    customer_by_code,
    customer_text,
    find_customer,
    kams_seen_by,
    owners_of,
    people_who_may_own,
    store_by_code,
    store_text,
    territories_seen_by,
)

__all__ = [
    "customer_by_code",
    "customer_text",
    "find_customer",
    "kams_seen_by",
    "owners_of",
    "people_who_may_own",
    "store_by_code",
    "store_text",
    "territories_seen_by",
]
