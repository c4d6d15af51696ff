"""Part 4: competitors at the customer."""

from accounts.dossier_records import RecordKind

KINDS: tuple[RecordKind, ...] = ()
