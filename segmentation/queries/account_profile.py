"""Reads the purchase profile of an account: how it buys, its place among all, our part of what it spends."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Least

from accounts.models import AccountStanding, Customer, Profile
from accounts.queries.general import profile_of
from ka_crm.lib.periods import Window
from ka_crm.records.queries import system_setting
from purchases.operations.rfm import RFM_SCALE
from purchases.queries.profile import PurchaseProfile, purchase_profile
from purchases.rules.share_of_wallet import ShareOfWallet, share_of_wallet
from segmentation.models import CustomerResult


@dataclass(frozen=True)
class RfmPlace:
    """Scores 1 (worst) to ``classes`` against ``accounts`` accounts; ``measure`` is what money was: gross
    profit or net sales."""

    recency: int
    frequency: int
    money: int
    segment: str
    classes: int
    accounts: int
    measure: str


@dataclass(frozen=True)
class AccountProfile:
    """One account's purchase profile.

    Attributes:
        wallet: None while what it buys at all is not known. under_penetrated: large by what it buys and not
            by what it buys from us, by the classes of the run; None alike.
        rfm: None for who did not buy in three years. general: what was written of it, None for nothing.
    """

    buying: PurchaseProfile
    wallet: ShareOfWallet | None
    under_penetrated: bool | None
    rfm: RfmPlace | None
    standing: AccountStanding | None
    general: Profile | None


def account_profile(
    customer: Customer, result: CustomerResult | None, window: Window, begin: dt.date | None
) -> AccountProfile:
    """Return the purchase profile of a customer in the window of its result; six queries.

    Args:
        customer: read with its ``standing``. begin: first month with sales of anybody.
    """
    standing = getattr(customer, "standing", None)
    wallet = share_of_wallet(result.net_sales, result.potential) if result else None
    return AccountProfile(
        buying=purchase_profile(customer, window, begin),
        wallet=wallet,
        under_penetrated=result.is_missed if result and wallet else None,
        rfm=_place(standing),
        standing=standing,
        general=profile_of(customer),
    )


def wallet_share_of(path: str) -> Any:
    """Return our share of the wallet as an expression, as ``share_of_wallet`` says it; ``path`` leads to the
    result (``"result__"``)."""
    own, wallet = Cast(F(f"{path}net_sales"), FloatField()), Cast(F(f"{path}potential"), FloatField())
    known = Q(**{f"{path}potential__gt": 0, f"{path}net_sales__isnull": False})
    return Case(
        When(known, then=Least(own / wallet, Value(1.0))), default=Value(None), output_field=FloatField()
    )


def _place(standing: AccountStanding | None) -> RfmPlace | None:
    if standing is None or not standing.rfm_segment:
        return None
    scale = system_setting(RFM_SCALE, {})
    return RfmPlace(
        recency=standing.rfm_recency or 0,
        frequency=standing.rfm_frequency or 0,
        money=standing.rfm_money or 0,
        segment=standing.rfm_segment,
        classes=scale.get("classes", 0),
        accounts=scale.get("accounts", 0),
        measure=scale.get("measure", ""),
    )
