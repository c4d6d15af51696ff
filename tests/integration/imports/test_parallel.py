"""Imports of many callers at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from ka_crm.imports.models import ImportBatch
from ka_crm.imports.undoing import lock_batches


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_requests_that_have_made_their_batch_take_turns_instead_of_a_deadlock():
    both_made = threading.Barrier(2, timeout=10)

    def request(number):
        try:
            with transaction.atomic():
                ImportBatch.objects.create(kind="sales", source="api")
                both_made.wait()
                lock_batches()
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(request, range(2))) == [True, True]
