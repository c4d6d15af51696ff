"""The command line: one JSON object on the last line, exit code, errors file."""

import csv
import json

import pytest
from django.core.management import call_command

from accounts.models import Customer
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.queries import batches_for, guess_mapping, kinds_for, may_import, template_rows
from ka_crm.imports.registry import kinds
from purchases.models import SalesLine

KEYS = ["kind", "rows", "created", "updated", "unchanged", "rejected", "skipped", "value_rejected", "batch"]
TEXT = "Day,Who,Sum\n2022-01-05,ALPHA,100\n2022-02-05,NOPE,-50.5\n2022-02-06,=NOPE,3\n"
COLUMNS = {"columns": {"date": "Day", "customer_code": "Who", "net_amount": "Sum"}}


@pytest.fixture
def run(written, capsys):
    """Run a command; returns (exit code, last line as JSON, messages)."""

    def call(name, *args, mapping=None, **options):
        if mapping is not None:
            options["mapping"] = written(json.dumps(mapping), "mapping.json")
        code = 0
        try:
            call_command(name, *args, **options)
        except SystemExit as end:
            code = end.code
        out, messages = capsys.readouterr()
        return code, json.loads(out.strip().splitlines()[-1]), messages

    return call


def test_one_bad_line_stops_the_file_but_the_counts_are_printed(run, written, alpha, tmp_path):
    errors = tmp_path / "errors.csv"
    code, counts, messages = run("import_file", "sales", written(TEXT), mapping=COLUMNS, errors=errors)
    assert (code, list(counts)) == (1, KEYS)
    assert counts == dict(zip(KEYS, ["sales", 3, 1, 0, 0, 2, 0, -47.5, None], strict=True))
    assert "unknown customer" in messages and not SalesLine.objects.exists()
    rows = list(csv.DictReader(errors.read_text("utf-8-sig").splitlines()))
    assert rows[0] == {
        "Day": "2022-02-05", "Who": "NOPE", "Sum": "-50.5",
        "line": "3", "column": "Who", "value": "NOPE", "reason": "unknown customer",
    }  # fmt: skip
    assert rows[1]["Who"] == "'=NOPE"


def test_good_rows_are_loaded_where_asked_and_the_same_again_is_unchanged(run, written, alpha):
    path, mapping = written(TEXT), {**COLUMNS, "skip_rejected": True}
    code, counts, _ = run("import_file", "sales", path, mapping=mapping)
    assert (code, counts["created"], counts["rejected"], counts["value_rejected"]) == (0, 1, 2, -47.5)
    code, again, messages = run("import_file", "sales", path, mapping=mapping)
    assert (code, again["created"], again["unchanged"], again["rejected"]) == (0, 0, 1, 2)
    assert again["batch"] == counts["batch"] and "loaded already" in messages
    assert SalesLine.objects.count() == 1


def test_a_dry_run_stores_nothing_and_has_no_batch(run, written, alpha):
    code, counts, _ = run(
        "import_file", "sales", written(TEXT.split("2022-02")[0]), mapping=COLUMNS, dry_run=True
    )
    assert (code, counts["created"], counts["batch"]) == (0, 1, None)
    assert not SalesLine.objects.exists() and not ImportBatch.objects.exists()


def test_a_refused_file_prints_zero_counts_and_the_reason(run, written, db):
    for path, kind in ((written("<html></html>", "x.xlsx"), "sales"), (written("a,b\n1,2\n"), "sales"),
                       (written("a\n1\n"), "dragons")):  # fmt: skip
        code, counts, messages = run("import_file", kind, path)
        assert (code, counts["rows"], counts["batch"]) == (1, 0, None)
        assert counts["error"] in messages


def test_undo_by_command(run, written, alpha):
    _, counts, _ = run("import_file", "customers", written("code,name\nC1,One\n"))
    code, answer, _ = run("undo_import", counts["batch"])
    assert (code, answer["undone"], Customer.objects.filter(code="C1").exists()) == (0, True, False)
    assert ImportBatch.objects.get().state == BatchState.UNDONE
    code, answer, messages = run("undo_import", counts["batch"])
    assert (code, answer["undone"]) == (1, False) and answer["error"] in messages


def test_every_kind_has_a_template_that_can_be_loaded_in_order(run, written, alice):
    alice.email = "kam@example.com"
    alice.save()
    codes = []
    for kind in ("customers", "stores", "products", "sales", "category_totals", "observations", "market_shares",  # noqa: E501
                 "potential_estimates", "targets", "receivables", "deliveries", "price_terms",
                 "account_costs"):  # fmt: skip
        header, example = template_rows(kind)
        text = f"{','.join(header)}\n{','.join(example)}\n".replace("C-1000,", ",")
        codes.append((kind, run("import_file", kind, written(text))[0]))
    assert codes == [(kind, 0) for kind, _ in codes]


def test_columns_are_guessed_and_a_mapping_is_remembered(run, written, alpha):
    headers = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    guess = guess_mapping("sales", headers, [])
    assert guess.mapping["columns"] == {
        "date": "InvoiceDate", "customer_code": "CustomerID", "quantity": "Quantity", "unit_price": "UnitPrice",  # noqa: E501
        "product_code": "StockCode", "document_no": "InvoiceNo", "product_name": "Description",
    }  # fmt: skip
    assert not guess.is_remembered
    run("import_file", "sales", written(TEXT.split("2022-02")[0]), mapping={**COLUMNS, "skip_rejected": True})
    again = guess_mapping("sales", ["Day", "Who", "Sum"], [["2022-01-05", "ALPHA", "100"]])
    assert again.is_remembered and again.mapping == COLUMNS
    assert [(column.field, column.how) for column in again.columns] == [
        ("date", "remembered"), ("customer_code", "remembered"), ("net_amount", "remembered"),
    ]  # fmt: skip


def test_who_may_import_what(adam, dora, sue, alice, rex, fay):
    assert {importer.kind for importer in kinds_for(dora)} == set(kinds())
    assert may_import(sue, "sales") and not may_import(sue, "market_shares")
    assert {importer.kind for importer in kinds_for(alice)} == {"observations", "interactions"}
    assert kinds_for(rex) == kinds_for(fay) == []
    ImportBatch.objects.create(kind="sales", by=adam)
    assert (batches_for(adam).count(), batches_for(sue).count()) == (1, 0)
