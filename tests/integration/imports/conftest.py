"""Files for imports, written as text."""

import pytest

from ka_crm.imports.operations import check_file, load_file
from purchases.models import Product


@pytest.fixture
def written(tmp_path):
    """Write a file and return its path; every call has a name of its own."""
    count = 0

    def write(content, name="file.csv"):
        nonlocal count
        count += 1
        path = tmp_path / f"{count}-{name}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def load(db, written):
    """Load text as a file of a kind; mapping keys are keyword arguments."""

    def run(kind, content, *, by=None, viewer=None, name="file.csv", **mapping):
        return load_file(kind=kind, path=written(content, name), mapping=mapping, by=by, viewer=viewer)

    return run


@pytest.fixture
def check(db, written):
    """Check text as a file of a kind; nothing is stored."""

    def run(kind, content, *, viewer=None, name="file.csv", **mapping):
        return check_file(kind=kind, path=written(content, name), mapping=mapping, viewer=viewer)

    return run


@pytest.fixture
def product(db):
    return Product.objects.create(code="P1", name="Blanco")


def fates(report):
    """The counts of lines as a tuple: created, updated, unchanged, rejected, skipped."""
    assert (
        report.rows == report.created + report.updated + report.unchanged + report.rejected + report.skipped
    )
    return report.created, report.updated, report.unchanged, report.rejected, report.skipped


def reasons_of(report):
    """The reasons of the rejected lines, by line number."""
    return {error.line: error.reason for error in report.errors}
