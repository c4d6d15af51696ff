"""Taking back in short steps: what is stopped in the middle is finished, what is used stays."""

import datetime as dt

import pytest

from accounts.models import Customer, Store
from ka_crm.imports import reverting, undoing
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch, ImportChange
from ka_crm.imports.operations import discard_unfinished_batches, undo_import
from ka_crm.lib import clock
from ka_crm.lib.spreadsheets import FileRefused
from purchases.models import MonthlySales, Product, SalesLine
from purchases.queries import sales_lines_seen_by

MISSING = {"create_missing": ["customers", "products"]}
LINES = "date,customer_code,product_code,net_amount\n" + "".join(
    f"2022-01-{day:02},NEW{day},P{day},{day}\n" for day in range(1, 21)
)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def killed_after(monkeypatch):
    """Let an undo die after so many removals of at most five changes of master data."""
    monkeypatch.setattr(reverting, "_FIRST", 5)
    monkeypatch.setattr(reverting, "_MOST", 5)

    def run(batch, steps, by):
        seen = []

        def progress(done, total, phase):
            seen.append(done)
            if len(seen) > steps:
                raise Killed

        with pytest.raises(Killed):
            undo_import(batch=batch, by=by, progress=progress)
        return ImportBatch.objects.get(pk=batch.pk)

    return run


@pytest.mark.parametrize("steps", [0, 1, 2, 4])
def test_an_undo_that_was_killed_counts_nothing_and_is_finished_by_whoever_comes(
    load, killed_after, dora, alpha, steps
):
    batch = killed_after(ImportBatch.objects.get(pk=load("sales", LINES, **MISSING).batch), steps, dora)
    assert batch.state == BatchState.UNDOING
    assert not sales_lines_seen_by(dora).exists()
    assert ImportChange.objects.filter(batch=batch).exists()
    assert discard_unfinished_batches() == 0, "it may still be at work"
    ImportBatch.objects.update(undone_at=clock.now() - dt.timedelta(minutes=6))
    assert discard_unfinished_batches() == 1
    assert ImportBatch.objects.get().state == BatchState.UNDONE
    left = (SalesLine, MonthlySales, Product, ImportChange)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0]
    assert list(Customer.objects.values_list("code", flat=True)) == ["ALPHA"]


def test_the_same_call_again_finishes_an_undo(load, killed_after, dora):
    batch = killed_after(ImportBatch.objects.get(pk=load("sales", LINES, **MISSING).batch), 3, dora)
    counts = undo_import(batch=batch, by=dora)
    assert (Customer.objects.count(), Product.objects.count()) == (0, 0)
    assert counts["customer"] + counts.get("product", 0) <= 40
    with pytest.raises(UndoRefused, match="Only a loaded import"):
        undo_import(batch=ImportBatch.objects.get(), by=dora)


def test_no_file_is_loaded_while_rows_are_being_removed(load, killed_after, dora):
    killed_after(ImportBatch.objects.get(pk=load("sales", LINES, **MISSING).batch), 1, dora)
    with pytest.raises(FileRefused, match="being taken back"):
        load("sales", LINES, **MISSING)


def test_what_came_to_stand_on_a_record_meanwhile_is_archived_and_an_edit_is_kept(
    load, killed_after, dora, alpha
):
    report = load("customers", "code,name\nALPHA,Other\n" + "".join(f"C{n},Name {n}\n" for n in range(9)))
    batch = killed_after(ImportBatch.objects.get(pk=report.batch), 1, dora)
    Store.objects.create(code="S", name="S", customer=Customer.objects.get(code="C0"))
    Customer.objects.filter(code="ALPHA").update(name="By hand", version=alpha.version + 7)
    undo_import(batch=batch, by=dora)
    kept = dict(Customer.objects.values_list("code", "name"))
    assert kept == {"ALPHA": "By hand", "C0": "Name 0"}
    assert Customer.objects.get(code="C0").archived_at is not None


def test_the_checks_before_an_undo_ask_no_more_for_more_records(load, dora, django_assert_max_num_queries):
    def begun(size):
        text = "code,name\n" + "".join(f"{size}-{n},Name\n" for n in range(size))
        batch = ImportBatch.objects.get(pk=load("customers", text).batch)
        with django_assert_max_num_queries(100) as found:
            undoing.changes.check_unused(batch)
        return len(found)

    begun(2)
    assert begun(3) == begun(3_000)


def test_a_load_of_customers_that_fails_half_way_leaves_everything_as_it_was(load, alpha, monkeypatch):
    monkeypatch.setattr("ka_crm.imports.master._STEP", 2)

    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("accounts.importers.customers.CustomerImporter.after_write", fail)
    with pytest.raises(RuntimeError):
        load("customers", "code,name\nALPHA,Other\n" + "".join(f"C{n},Name\n" for n in range(5)))
    assert list(Customer.objects.values_list("code", "name")) == [("ALPHA", alpha.name)]
