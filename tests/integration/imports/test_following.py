"""What follows from counts of a file at once: the shares of the stores in it."""

import datetime as dt

import pytest

from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.lib import clock
from visits.importers import following
from visits.models import StoreShare

COUNTS = "store_code,category_code,date,total_units,own_units\nNEW,TEQUILA,{day},20,3\n"


@pytest.mark.parametrize("most", [0, 1])
def test_stores_of_a_file_are_evaluated_unless_there_are_too_many(
    load, dora, monkeypatch, django_capture_on_commit_callbacks, most
):
    monkeypatch.setattr(following, "MOST_STORES", most)
    with django_capture_on_commit_callbacks(execute=True):
        report = load(
            "observations",
            COUNTS.format(day=clock.today() - dt.timedelta(days=3)),
            create_missing=["stores", "customers"],
        )
    assert StoreShare.objects.count() == most
    with django_capture_on_commit_callbacks(execute=True):
        undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)
    assert not StoreShare.objects.exists()
