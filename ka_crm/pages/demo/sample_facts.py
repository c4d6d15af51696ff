"""Generated sample rounds of the demo company: two that are over, with their deviations, and an open one.

A closed round has a control count in every store drawn, and the account manager's own count some days before
it. One of them counts too much, which the page of deviations finds; the others differ by chance only.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from django.db.models import QuerySet

from accounts.models import Store
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from ka_crm.pages.demo.plan import DEMO_DAY
from ka_crm.pages.demo.visits import HOLIDAYS, SEED
from ka_crm.people.models import Role, User
from purchases.models import Category
from visits.models import (
    Observation,
    SampleKind,
    SampleRound,
    TaskReason,
    TaskState,
    Visit,
    VisitKind,
    VisitTask,
)
from visits.models.observation import ObservationKind
from visits.operations.samples import draw_round
from visits.rules.sampling import REST_DAYS, Drawable, draw, spread
from visits.rules.working_days import working_days

PER_PERSON = 8
#: First month of the demo's results: what was drawn there has one already.
_COUNTED_SINCE = dt.date(2021, 11, 1)
#: Days before the demo day: drawn, first and last visit.
_DRAWN, _FIRST, _LAST = 34, 30, 12
#: Counts this much more than there is.
_EXAGGERATES, _BY = "joel.tran@demo.example", 1.3
_UUID_SPACE = uuid.UUID("0f6f4e0e-6f0d-4a54-8f2e-6f7d5b8f3c21")


def load_sample_rounds(*, report: Callable[[str, int], None]) -> None:
    """Write a closed control round of two supervisors and plan a joint one; nothing the second time.

    Their counts belong to what is computed, so they come before the results.
    """
    if not SampleRound.objects.exists():
        report("Stores of sample rounds (generated)", _load())


def _load() -> int:
    category = Category.objects.order_by("pk").first()
    supervisors = User.objects.filter(role=Role.SUPERVISOR, territory__isnull=False).order_by("pk")
    made = 0
    for place, supervisor in enumerate(supervisors[:2]):
        kams = list(_kams_of(supervisor))
        if category is None or not kams:
            continue
        made += _closed_round(supervisor, kams, category, seed=SEED + place)
    first = supervisors.first()
    if first is not None and made:
        draw_round(
            by=first,
            kind=SampleKind.JOINT,
            visitor=first,
            kams=list(_kams_of(first))[:2],
            per_person=3,
            first_on=DEMO_DAY,
            last_on=DEMO_DAY + dt.timedelta(days=10),
            seed=SEED,
        )
    return made


def _kams_of(supervisor: User) -> "QuerySet[User]":
    below = {"territory__parent": supervisor.territory_id}
    return User.objects.filter(role=Role.KAM, is_active=True, **below).order_by("pk")


def _closed_round(supervisor: User, kams: Sequence[User], category: Category, *, seed: int) -> int:
    """Draw among the stores with full counts as the product does, a month before the demo day."""
    pool = [
        Drawable(store, kam)
        for store, kam in Store.objects.visible_to(supervisor)
        .filter(customer__kam__in=kams, archived_at__isnull=True)
        .filter(category_totals__is_live=True, category_totals__month__gte=_COUNTED_SINCE)
        .filter(observations__isnull=True)
        .distinct()
        .order_by("pk")
        .values_list("pk", "customer__kam")
    ]
    strata = draw(pool, seed=seed, per_person=PER_PERSON)
    days = [day for day in working_days(_ago(_FIRST), _ago(_LAST)) if day not in HOLIDAYS]
    told = [
        {"person": one.person, "stores": one.stores, "resting": 0, "drawn": list(one.drawn)} for one in strata
    ]
    sample = SampleRound.objects.create(
        kind=SampleKind.CONTROL,
        seed=seed,
        drawn_by=supervisor,
        visitor=supervisor,
        drawn_on=_ago(_DRAWN),
        first_on=days[0],
        last_on=days[-1],
        parameters={"per_person": PER_PERSON, "rest_days": REST_DAYS, "by_size": False, "people": told},
    )
    drawn = [(store, one.person) for one in strata for store in one.drawn]
    stores = Store.objects.in_bulk([store for store, _kam in drawn])
    people = {kam.pk: kam for kam in kams}
    turns = Counter[int]()  # of each person
    for place, (index, (store, kam)) in enumerate(zip(spread(len(drawn), len(days)), drawn, strict=True)):
        _control(sample, stores[store], people[kam], days[index], (place, turns[kam]), category)
        turns[kam] += 1
    return len(drawn)


def _control(
    sample: SampleRound, store: Store, kam: User, on: dt.date, places: tuple[int, int], category: Category
) -> None:
    """Keep one control visit, its count, and what the account manager counted some days before.

    ``places``: the visit's number among all of the round and among those of the account manager.
    """
    place, turn = places
    random = Random(f"{SEED} {store.code} control")
    visit = Visit.objects.create(
        store=store,
        on=on,
        kind=VisitKind.CONTROL,
        by=sample.visitor,
        client_uuid=uuid.uuid5(_UUID_SPACE, f"{store.code} {on}"),
        saved_at=dt.datetime.combine(on, dt.time(16), dt.UTC),
        is_generated=True,
    )
    total = random.randint(20, 60)
    own = round(total * random.uniform(0.2, 0.5))
    # Of everybody's visits every second is better and the others worse, in total and in share, so that
    # nobody is named by chance.
    theirs = total * (1 + (0.1 if turn % 2 else -0.1) * random.uniform(0.8, 1.2))
    own_then = own * theirs / total * (1 + (0.12 if turn // 2 % 2 else -0.12) * random.uniform(0.8, 1.2))
    if kam.email == _EXAGGERATES:
        theirs, own_then = theirs * _BY, own_then * _BY * 1.1
    before = on - dt.timedelta(days=random.choice((2, 5, 7, 9)))
    while before.weekday() > 4:
        before -= dt.timedelta(days=1)
    theirs_units = max(round(theirs), 1)
    shared = {"store": store, "category": category, "is_generated": True, "created_at": clock.now()}
    Observation.objects.bulk_create(
        [
            Observation(
                date=on, kind=ObservationKind.CONTROL, visit=visit, rep=sample.visitor,
                client_uuid=visit.client_uuid, total_units=total * SCALE, own_units=own * SCALE, **shared,
            ),
            Observation(
                date=before, rep=kam, client_uuid=uuid.uuid5(_UUID_SPACE, f"{store.code} {before} before"),
                total_units=theirs_units * SCALE, own_units=min(round(own_then), theirs_units) * SCALE,
                **shared,
            ),
        ]
    )  # fmt: skip
    VisitTask.objects.create(
        store=store,
        user=sample.visitor,
        on=on,
        position=place,
        kind=VisitKind.CONTROL,
        reason=TaskReason.SAMPLE,
        state=TaskState.DONE,
        visit=visit,
        sample_round=sample,
        created_by=sample.drawn_by,
        is_generated=True,
    )


def _ago(days: int) -> dt.date:
    return DEMO_DAY - dt.timedelta(days=days)
