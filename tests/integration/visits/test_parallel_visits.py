"""A hundred sendings of one visit at the same moment make one visit."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.lib import clock
from ka_crm.people.operations import create_token
from ka_crm.records.models import AuditRow
from purchases.models import Category
from visits.models import Observation, StoreShare, Visit


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_posts_with_one_number_make_one_visit_and_all_hear_of_it(alice, alpha_store):
    ensure_published_criteria()
    Category.objects.create(code="TEQ", name="Tequila")
    _row, secret = create_token(by=alice, user=alice)
    body = {
        "client_uuid": str(uuid.uuid4()), "store": "A1", "on": clock.today().isoformat(),
        "counts": [{"category": "TEQ", "total": "17", "own": "4"}],
    }  # fmt: skip
    other = {**body, "note": "not the same"}

    def send(number):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        try:
            return client.post("/api/v1/visits/", body if number else other, format="json").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(1, 101)))
    assert sorted(answers) == [200] * 99 + [201]
    assert send(0) == 422
    assert (Visit.objects.count(), Observation.objects.count(), StoreShare.objects.count()) == (1, 1, 1)
    assert AuditRow.objects.filter(action="visit").count() == 1
