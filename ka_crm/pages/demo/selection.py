"""Key accounts of the demo company: two selections gone by, assessments, nominations, and one under review.

Who was chosen is made up from the real figures: last year's list went by sales more than by potential.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Assessment, Customer
from ka_crm.criteria.queries import criteria_in_force, settings_of
from ka_crm.pages.demo.people import CAST, pick
from ka_crm.pages.demo.plan import DEMO_DAY
from ka_crm.pages.demo.selection_texts import EVIDENCE, NOMINATIONS, REASONS
from ka_crm.people.models import Role, User
from segmentation.models import (
    KeyAccountTerm,
    Nomination,
    NominationKind,
    NominationState,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
    Veto,
    VetoKind,
)
from segmentation.operations.proposing import proposals_for
from segmentation.operations.register import refresh_key_account_standings
from segmentation.operations.rounds import decide_proposal, open_round, propose
from segmentation.queries import current_run

FIRST, SECOND, NEXT = dt.date(2021, 1, 1), dt.date(2022, 1, 1), dt.date(2023, 1, 1)
VETO_ON = dt.date(2022, 9, 14)
#: Of the list by potential, so many places from the top were chosen a year ago, and every ninth was not.
_PLACES, _LEFT_OUT = 108, 9
#: Chosen a year ago for their sales: so many just short of a reason, so many small ones, and so many
#: beyond the cap.
_FOR_SALES, _BEYOND = 4, 9
_ASSESSED = 70
#: Did not come to pay: the assessment says no, so it leaves. Its ledger says so as well.
_CANNOT_PAY = "HAPPYS-WINE-SPIRITS"
#: The largest chain: on the list from the beginning, and fully assessed.
_ALWAYS = ("HY-VEE",)
_VETOED = "NEW-STAR"


def load_selection(*, report: Callable[[str, int], None]) -> None:
    """Fill the register and open a selection, where there is none yet."""
    run = current_run()
    if run is None or SelectionRound.objects.exists():
        return
    director, admin = _person(Role.DIRECTOR), _person(Role.ADMIN)
    settings = settings_of(criteria_in_force())
    rows = list(proposals_for(run=run, settings=settings, scope="", effective_on=NEXT).rows)
    customers = Customer.objects.select_related("kam").in_bulk()
    with transaction.atomic():
        members = _last_year(rows, customers)
        report("Terms in the register (generated)", _write_register(members, customers, director, admin))
        ranked = [customers[row["customer_id"]] for row in _by_rank(rows)]
        report("Assessments (generated)", _write_assessments(ranked[:_ASSESSED]))
        report("Nominations (generated)", _write_nominations(customers, director, admin))
    round_ = open_round(by=director, effective_on=NEXT, note="Yearly selection, by potential")
    propose(by=director, round_=round_, version=round_.version)
    report("Proposals of the selection", round_.proposals.count())
    _decide_some(round_, director)
    refresh_key_account_standings()


def _person(role: str) -> User:
    return User.objects.get(email=next(person.email for person in CAST if person.role == role))


def _by_rank(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((row for row in rows if row["rank"]), key=lambda row: row["rank"])


def _last_year(rows: list[dict[str, Any]], customers: dict[int, Customer]) -> list[int]:
    """Who was chosen a year ago: most of the largest buyers, and some for what they buy from us."""
    chosen = [
        row["customer_id"]
        for place, row in enumerate(_by_rank(rows)[:_PLACES], start=1)
        if place % _LEFT_OUT or customers[row["customer_id"]].code in (_CANNOT_PAY, _VETOED)
    ]

    def by_sales(failed: list[str]) -> list[int]:
        found = [row for row in rows if row["failed"] == failed and not row["explanation"]["listed"]]
        found.sort(key=lambda row: (-(row["own_sales"] or 0), row["customer_id"]))
        return [row["customer_id"] for row in found]

    story = next(pk for pk in by_sales(["type", "size"]) if customers[pk].kam_id == _person(Role.KAM).pk)
    return [
        *chosen,  # the rest, at the end, for what they buy from us
        story,
        *by_sales(["type"])[:_FOR_SALES],
        *(pk for pk in by_sales(["type", "size"])[:_FOR_SALES] if pk != story),
        *by_sales([])[:_BEYOND],
    ]


def _write_register(members: list[int], customers: dict[int, Customer], director: User, admin: User) -> int:
    first, second = (
        SelectionRound.objects.create(
            effective_on=day, state=RoundState.APPROVED, opened_by=director, proposed_by=director,
            closed_by=admin, opened_on=day - dt.timedelta(days=60), closed_on=day - dt.timedelta(days=20),
            note=note,
        )
        for day, note in ((FIRST, "First list, by sales"), (SECOND, "By sales and size"))
    )  # fmt: skip
    criteria = criteria_in_force()
    for_sales = set(members[-(1 + 2 * _FOR_SALES + _BEYOND) :])
    terms = []
    for pk in members:
        code = customers[pk].code
        is_new = pick(code, 6) == 0 and code not in _ALWAYS
        how = "" if pk in for_sales else "type"
        common: dict[str, Any] = {"customer_id": pk, "types": ["potential"], "how": how}
        if not is_new:
            terms.append(
                KeyAccountTerm(
                    **common, from_on=FIRST, to_on=SECOND, since_on=FIRST, tenure_until=SECOND,
                    end_reason="Selected again", decided_by=admin, ended_by=admin, round=first,
                )
            )  # fmt: skip
        vetoed = code == _VETOED
        why = REASONS["ours"] if pk in for_sales else REASONS["sales"] if is_new else ""
        terms.append(
            KeyAccountTerm(
                **common, from_on=SECOND, to_on=VETO_ON if vetoed else None,
                since_on=SECOND if is_new else FIRST, tenure_until=NEXT if is_new else SECOND,
                end_reason=f"Insolvency: {REASONS['veto']}" if vetoed else "",
                ended_by=director if vetoed else None, reason=why,
                decided_by=admin, round=second, criteria=criteria,
            )
        )  # fmt: skip
        if vetoed:
            Veto.objects.create(
                customer_id=pk, kind=VetoKind.INSOLVENCY, evidence=REASONS["veto"], from_on=VETO_ON,
                by=director,
            )  # fmt: skip
    KeyAccountTerm.objects.bulk_create(terms)
    return len(terms)


def _write_assessments(customers: list[Customer]) -> int:
    """What KAMs found out: most of it good, some old, some missing."""
    rows = []
    for customer in customers:
        for place, (aspect, texts) in enumerate(EVIDENCE.items()):
            chance = pick(f"{customer.code}-{aspect}", 10)
            is_known = customer.code in (*_ALWAYS, _CANNOT_PAY)
            if chance == 0 and not is_known:
                continue  # nobody asked yet
            finding = "yes" if chance < 7 else "partly"
            if customer.code == _CANNOT_PAY and aspect == "solvency":
                finding = "no"
            days = 500 if chance == 9 and not is_known else 20 + pick(customer.code, 200) + 9 * place
            rows.append(
                Assessment(
                    customer=customer, aspect=aspect, finding=finding,
                    evidence=texts[finding][pick(customer.code + aspect, len(texts[finding]))],
                    assessed_on=DEMO_DAY - dt.timedelta(days=days), created_by=customer.kam,
                    is_generated=True,
                )
            )  # fmt: skip
    return len(Assessment.objects.bulk_create(rows))


def _write_nominations(customers: dict[int, Customer], director: User, admin: User) -> int:
    by_code = {customer.code: customer for customer in customers.values()}
    rows = []
    for code, kind, state, evidence, amount in NOMINATIONS:
        customer = by_code.get(code)
        if customer is None:
            continue
        is_approved = state == NominationState.APPROVED
        rows.append(
            Nomination(
                customer=customer, kind=NominationKind(kind), evidence=evidence, state=state,
                amount=Decimal(amount) if amount else None, expires_on=dt.date(2023, 12, 31),
                nominated_by=customer.kam or admin, nominated_on=DEMO_DAY - dt.timedelta(days=25),
                decided_by=director if is_approved else None,
                decided_on=DEMO_DAY - dt.timedelta(days=12) if is_approved else None,
            )
        )  # fmt: skip
    return len(Nomination.objects.bulk_create(rows))


def _decide_some(round_: SelectionRound, by: User) -> None:
    """The director has begun: the largest newcomers are accepted, one that should leave is kept."""
    rows = Proposal.objects.filter(round=round_).select_related("customer")
    for row in rows.filter(move="enter").order_by("rank")[:3]:
        decide_proposal(by=by, proposal=row, version=row.version, verdict=Verdict.ACCEPTED)
    kept = rows.filter(move="leave", left_out="cap").order_by("-own_sales", "pk").first()
    if kept is not None:
        decide_proposal(
            by=by, proposal=kept, version=kept.version, verdict=Verdict.REJECTED, reason=REASONS["kept"]
        )
