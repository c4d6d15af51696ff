"""Two people at the same moment: one handover, one version; the other one is told."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Customer, Ownership
from accounts.operations.handing_over import HandedOverMeanwhile
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import Role
from ka_crm.records.queries import business_today
from segmentation.models import PlannedHandover, StrategyVersion
from segmentation.operations.reassigning import Move, reassign
from segmentation.operations.strategies import publish_strategies
from tests.conftest import make_user

pytestmark = [
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*acts):
    """Carry out acts in threads that start together; return what each raised, or None."""
    start = threading.Barrier(len(acts), timeout=10)

    def run(act):
        try:
            start.wait()
            act()
        except (HandedOverMeanwhile, StaleVersion, ValidationError) as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("ahead", [0, 5])
def test_two_who_reassign_an_account_at_once_leave_one_manager(dora, adam, alice, bob, alpha, beta, ahead):
    on = business_today().fromordinal(business_today().toordinal() + ahead)
    carol = make_user("carol", Role.KAM)
    for customer, kam in ((alpha, alice), (beta, bob)):
        Ownership.objects.create(customer=customer, kam=kam, from_on=business_today())
    mine = [Move(alpha.pk, alice.pk, carol.pk), Move(beta.pk, bob.pk, carol.pk)]
    theirs = [Move(beta.pk, bob.pk, alice.pk), Move(alpha.pk, alice.pk, bob.pk)]
    raised = at_once(
        lambda: reassign(by=dora, moves=mine, on=on, reason="x"),
        lambda: reassign(by=adam, moves=theirs, on=on, reason="y"),
    )
    assert sum(error is not None for error in raised) == 1
    if ahead:
        assert PlannedHandover.objects.filter(outcome="").count() == 2
        assert PlannedHandover.objects.values("by").distinct().count() == 1
    else:
        kams = [Customer.objects.get(pk=customer.pk).kam for customer in (alpha, beta)]
        assert kams in ([carol, carol], [bob, alice])
        assert Ownership.objects.filter(to_on__isnull=True).count() == 2


def test_two_who_save_strategies_at_once_leave_one_version(adam):
    eve = make_user("eve", Role.ADMIN)

    def save(by, meetings):
        publish_strategies(
            by=by, values={"AX.meetings": meetings}, effective_from=business_today(), reason="x", based_on=0
        )

    raised = at_once(lambda: save(adam, 3), lambda: save(eve, 5))
    assert sum(isinstance(error, StaleVersion) for error in raised) == 1
    assert StrategyVersion.objects.count() == 1
