"""Part 3: people and decision chains."""

from accounts.dossier_records import RecordKind

KINDS: tuple[RecordKind, ...] = ()
