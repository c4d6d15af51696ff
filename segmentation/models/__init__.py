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
from segmentation.models.strategy import KamHours, PlannedHandover, StrategyVersion

__all__ = [
    "ROUND_OPEN",
    "CustomerResult",
    "KamHours",
    "KeyAccountTerm",
    "Move",
    "Nomination",
    "NominationKind",
    "NominationState",
    "PlannedHandover",
    "Proposal",
    "RoundState",
    "RunState",
    "SegmentationRun",
    "SelectionRound",
    "StoreResult",
    "StrategyVersion",
    "Verdict",
    "Veto",
    "VetoKind",
]
