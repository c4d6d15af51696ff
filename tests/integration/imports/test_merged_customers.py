"""Files that name the code of a customer that was made one with another."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Customer, Store
from accounts.operations.merging import merge_customers
from accounts.operations.unmerging import undo_merge
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.lib.spreadsheets import FileRefused
from purchases.models import MonthlySales, SalesLine

LINES = "document_no,line_no,date,customer_code,net_amount\n"


@pytest.fixture
def twin(alice, territories):
    return Customer.objects.create(
        code="ALFA", name="Alpha Markets Ltd", kam=alice, territory=territories["north"]
    )


def sums(customer):
    """Amounts of a customer by lines and by monthly sums, in currency."""
    lines = SalesLine.objects.filter(
        customer=customer, batch__state=BatchState.COMMITTED, superseded_by__isnull=True
    )
    months = MonthlySales.objects.filter(customer=customer, batch__state=BatchState.COMMITTED)
    return tuple(sum(rows.values_list("net_amount", flat=True)) // 10_000 for rows in (lines, months))


def test_sales_and_stores_of_the_old_code_land_on_the_kept_customer(load, alpha, twin, dora, alice):
    merge_customers(by=dora, kept=alpha, merged=twin)
    load("sales", LINES + "1,1,2022-01-05,ALFA,70\n", viewer=alice)
    load("stores", "code,name,customer_code\nS1,One,ALFA\n")
    assert sums(alpha) == (70, 70)
    assert Store.objects.get(code="S1").customer == alpha


def test_a_person_who_sees_the_kept_one_only_may_use_the_old_code_and_the_other_may_not(
    load, alpha, twin, beta, bob, alice, dora
):
    merge_customers(by=dora, kept=beta, merged=twin)
    load("sales", LINES + "1,1,2022-01-05,ALFA,70\n", viewer=bob)
    assert sums(beta) == (70, 70)
    report = load("sales", LINES + "2,1,2022-01-05,ALFA,70\n", viewer=alice, create_missing=["customers"])
    assert not report.is_committed and report.rejected == 1


def test_a_customer_whose_parent_has_the_old_code_belongs_to_the_kept_one(load, alpha, twin, dora):
    merge_customers(by=dora, kept=alpha, merged=twin)
    report = load("customers", "code,name,parent_code\nNEW,New,ALFA\nALPHA,Alpha,ALFA\n", skip_rejected=True)
    assert report.rejected == 1
    assert Customer.objects.get(code="NEW").parent == alpha
    assert Customer.objects.get(code="ALPHA").parent is None


def test_sums_stay_those_of_the_lines_whatever_is_taken_back_first(load, alpha, twin, dora):
    load("sales", LINES + "1,1,2022-01-05,ALPHA,10\n2,1,2022-01-06,ALFA,5\n")
    first = ImportBatch.objects.get()
    merge = merge_customers(by=dora, kept=alpha, merged=twin)
    assert sums(alpha) == (15, 15)
    load("sales", LINES + "2,1,2022-01-06,ALFA,8\n")  # replaces the moved line
    second = ImportBatch.objects.latest("pk")
    assert sums(alpha) == (18, 18)
    with pytest.raises(ValidationError, match=f"Import {second.pk} has replaced"):
        undo_merge(by=dora, merge=merge)
    undo_import(batch=second, by=dora)
    assert sums(alpha) == (15, 15)
    undo_merge(by=dora, merge=merge)
    assert (sums(alpha), sums(twin)) == ((10, 10), (5, 5))
    undo_import(batch=first, by=dora)
    assert (sums(alpha), sums(twin)) == ((0, 0), (0, 0))


def test_the_customer_that_a_load_made_goes_with_it_though_it_was_made_one(load, alpha, dora):
    load("sales", LINES + "1,1,2022-01-05,MADE,10\n", create_missing=["customers"])
    merge = merge_customers(by=dora, kept=alpha, merged=Customer.objects.get(code="MADE"))
    undo_import(batch=ImportBatch.objects.get(), by=dora)
    assert not Customer.objects.filter(code="MADE").exists()
    with pytest.raises(ValidationError, match="does not exist any more"):
        undo_merge(by=dora, merge=merge)


def test_a_load_that_looked_codes_up_before_a_merge_begins_anew(load, alpha, twin, dora, monkeypatch):
    from ka_crm.imports import operations

    started = operations._start_loading

    def merged_meanwhile(*args, **kwargs):
        merge_customers(by=dora, kept=alpha, merged=twin)
        started(*args, **kwargs)

    monkeypatch.setattr(operations, "_start_loading", merged_meanwhile)
    with pytest.raises(FileRefused, match="at the same moment"):
        load("sales", LINES + "1,1,2022-01-05,ALFA,70\n")
    assert not SalesLine.objects.exists()
