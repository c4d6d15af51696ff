"""The same counts sent twice at the same moment, as phones do."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from purchases.models import Category
from visits.models import Observation, StoreShare
from visits.operations import many_observations
from visits.operations.many_observations import Count, record_observations


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_counts_sent_twice_at_once_are_kept_once_and_both_senders_hear_so(alice, alpha_store, monkeypatch):
    ensure_published_criteria()
    count = Count(
        store=alpha_store, category=Category.objects.create(code="TEQ", name="Tequila"),
        date=clock.today(), total_units=20 * SCALE, own_units=3 * SCALE, client_uuid=uuid.uuid4(),
    )  # fmt: skip
    both_looked, look = threading.Barrier(2, timeout=10), many_observations._kept_before
    first_looks = threading.local()

    def look_together(counts):
        found = look(counts)
        if not hasattr(first_looks, "done"):
            first_looks.done = True
            both_looked.wait()
        return found

    monkeypatch.setattr(many_observations, "_kept_before", look_together)

    def send(number):
        try:
            return record_observations(by=alice, counts=[count])[0].is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [False, True]
    assert (Observation.objects.count(), StoreShare.objects.count()) == (1, 1)
