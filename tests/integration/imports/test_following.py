"""What follows from a file at once: the shares of its stores, where its accounts stand."""

import datetime as dt

import pytest

from accounts.models import AccountStanding
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from purchases.importers import following as standings
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [0, 5])
def test_a_file_of_sales_refreshes_its_customers_or_starts_the_job_for_many(
    load, dora, alpha, monkeypatch, most
):
    monkeypatch.setattr(standings, "MOST_CUSTOMERS", most)
    started = []
    monkeypatch.setattr(standings, "start_job", lambda **job: started.append(job))
    day = clock.today() - dt.timedelta(days=4)
    report = load("sales", f"date,customer_code,net_amount,document_no,line_no\n{day},ALPHA,10,D1,1\n")
    found = AccountStanding.objects.filter(customer=alpha).first()
    if not most:
        assert (found, started) == (None, [{"kind": "standings"}])
        return
    assert found.last_order_on == day
    undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)
    assert AccountStanding.objects.get(customer=alpha).last_order_on is None


def test_a_ledger_refreshes_the_customers_whose_documents_it_changes(
    load, alpha, django_capture_on_commit_callbacks
):
    head = "customer_code,document_no,due_on,amount,open_amount\n"
    for open_amount in (10, 4):
        with django_capture_on_commit_callbacks(execute=True):
            load("receivables", f"{head}ALPHA,D1,{clock.today() - dt.timedelta(days=70)},10,{open_amount}\n")
        assert AccountStanding.objects.get(customer=alpha).overdue_amount == open_amount * SCALE
