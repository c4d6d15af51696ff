from visits.models.brand_count import BrandCount, BrandPeriod
from visits.models.diversion import (
    CaseEvidence,
    CaseState,
    DiversionCase,
    LotShipment,
    LotSighting,
    SupplyStep,
)
from visits.models.estimate import PotentialEstimate
from visits.models.flag import (
    Finding,
    FindingPhoto,
    Flag,
    FlagEffect,
    FlagNote,
    FlagOutcome,
    FlagState,
    FlagWatch,
    Inspection,
    Measure,
    MeasureKind,
    WatchState,
)
from visits.models.market_share import MarketShare
from visits.models.observation import Observation
from visits.models.price import PriceSighting, ShelfPrice
from visits.models.sample import SampleKind, SampleRound
from visits.models.store_share import StoreShare
from visits.models.task import TaskReason, TaskState, VisitCadence, VisitTask
from visits.models.total import CategoryTotal
from visits.models.visit import Check, CheckPart, CheckPoint, Visit, VisitKind, VisitPhoto

__all__ = [
    "BrandCount",
    "BrandPeriod",
    "CaseEvidence",
    "CaseState",
    "CategoryTotal",
    "Check",
    "CheckPart",
    "CheckPoint",
    "DiversionCase",
    "Finding",
    "FindingPhoto",
    "Flag",
    "FlagEffect",
    "FlagNote",
    "FlagOutcome",
    "FlagState",
    "FlagWatch",
    "Inspection",
    "LotShipment",
    "LotSighting",
    "MarketShare",
    "Measure",
    "MeasureKind",
    "Observation",
    "PotentialEstimate",
    "PriceSighting",
    "SampleKind",
    "SampleRound",
    "ShelfPrice",
    "StoreShare",
    "SupplyStep",
    "TaskReason",
    "TaskState",
    "Visit",
    "VisitCadence",
    "VisitKind",
    "VisitPhoto",
    "VisitTask",
    "WatchState",
]
