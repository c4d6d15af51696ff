"""Part 2: talks, promises, contracts, tenders and offers."""

from accounts.dossier_records import RecordKind

KINDS: tuple[RecordKind, ...] = ()
