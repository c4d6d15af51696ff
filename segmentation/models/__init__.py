from segmentation.models.register import (
    KeyAccountTerm,
    Nomination,
    NominationKind,
    NominationState,
    Veto,
    VetoKind,
)
from segmentation.models.result import CustomerResult, StoreResult
from segmentation.models.run import RunState, SegmentationRun
from segmentation.models.selection import (
    ROUND_OPEN,
    Move,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
)

__all__ = [
    "ROUND_OPEN",
    "CustomerResult",
    "KeyAccountTerm",
    "Move",
    "Nomination",
    "NominationKind",
    "NominationState",
    "Proposal",
    "RoundState",
    "RunState",
    "SegmentationRun",
    "SelectionRound",
    "StoreResult",
    "Verdict",
    "Veto",
    "VetoKind",
]
