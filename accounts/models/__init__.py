from accounts.models.assessment import Aspect, Assessment, Finding
from accounts.models.commitment import (
    Bid,
    BidKind,
    BidReason,
    BidResult,
    Commitment,
    CommitmentState,
    Contract,
    ContractState,
    Promiser,
)
from accounts.models.competitor import Competitor, Pace, Rival, RivalMove, RivalStage
from accounts.models.contact import (
    Attitude,
    ChainRole,
    Consent,
    Contact,
    DecisionChain,
    DecisionRole,
    PreferredChannel,
)
from accounts.models.customer import Customer, Ownership
from accounts.models.document import Document, DocumentKind
from accounts.models.dossier import DossierEntry, DossierQuerySet
from accounts.models.interaction import (
    Cadence,
    ContactChannel,
    Interaction,
    InteractionContact,
    InteractionState,
    Purpose,
    Source,
)
from accounts.models.merge import DuplicateProposal, MergedReference, NotDuplicate, RecordMerge
from accounts.models.plan import AccountPlan, PlanAction, PlanGoal, PlanItem, PlanItemKind, PlanState
from accounts.models.profile import Level, Profile
from accounts.models.service import (
    MirroredFunction,
    ServiceCase,
    ServiceStandard,
    ServiceStep,
    ServiceTier,
    ValueCase,
)
from accounts.models.standing import AccountStanding, BuyingState, RfmSegment
from accounts.models.store import Store
from accounts.models.taxonomy import Channel, Format, Region
from accounts.models.team import Function, RequestAnswer, ResourceRequest, TeamMember

__all__ = [
    "AccountPlan",
    "AccountStanding",
    "Aspect",
    "Assessment",
    "Attitude",
    "Bid",
    "BidKind",
    "BidReason",
    "BidResult",
    "BuyingState",
    "Cadence",
    "ChainRole",
    "Channel",
    "Commitment",
    "CommitmentState",
    "Competitor",
    "Consent",
    "Contact",
    "ContactChannel",
    "Contract",
    "ContractState",
    "Customer",
    "DecisionChain",
    "DecisionRole",
    "Document",
    "DocumentKind",
    "DossierEntry",
    "DossierQuerySet",
    "DuplicateProposal",
    "Finding",
    "Format",
    "Function",
    "Interaction",
    "InteractionContact",
    "InteractionState",
    "Level",
    "MergedReference",
    "MirroredFunction",
    "NotDuplicate",
    "Ownership",
    "Pace",
    "PlanAction",
    "PlanGoal",
    "PlanItem",
    "PlanItemKind",
    "PlanState",
    "PreferredChannel",
    "Profile",
    "Promiser",
    "Purpose",
    "RecordMerge",
    "Region",
    "RequestAnswer",
    "ResourceRequest",
    "RfmSegment",
    "Rival",
    "RivalMove",
    "RivalStage",
    "ServiceCase",
    "ServiceStandard",
    "ServiceStep",
    "ServiceTier",
    "Source",
    "Store",
    "TeamMember",
    "ValueCase",
]
