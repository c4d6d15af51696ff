"""The plan of the year and the team."""

from accounts.dossier_records import RecordKind

KINDS: tuple[RecordKind, ...] = ()
