"""Part 1: what the customer is, documents, value and service."""

from accounts.dossier_records import RecordKind

KINDS: tuple[RecordKind, ...] = ()
