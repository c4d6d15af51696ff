"""What was backed up is there again, equal, and a bad file changes nothing."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Customer
from ka_crm.records.backup import backup_to, restore_from
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import record_change
from segmentation.models import SegmentationRun
from segmentation.operations import recompute_segmentation
from tests.facts import months_before, sell

AS_OF = dt.date(2022, 11, 1)


@pytest.fixture
def data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "media").mkdir(parents=True)
    return settings.DATA_DIR


@pytest.mark.django_db(transaction=True)
def test_a_restored_state_is_equal_to_the_backed_up_one(alpha, beta, dora, tmp_path, data_folder):
    sell(alpha, months_before(AS_OF), range(1, 13))
    recompute_segmentation(as_of=AS_OF, by=dora)
    record_change(by=dora, action="note", record=alpha, after={"name": "Ünïcode 客户"})
    (data_folder / "media" / "photo.txt").write_text("photo")
    first = backup_to(tmp_path / "one.tar.gz")
    changed = Customer.objects.get(pk=alpha.pk).updated_at
    Customer.objects.filter(pk=alpha.pk).update(name="Somebody else")
    Customer.objects.create(code="NEW", name="New")
    (data_folder / "media" / "photo.txt").unlink()
    restore_from(tmp_path / "one.tar.gz")
    alpha.refresh_from_db()
    assert (alpha.name, alpha.updated_at) == ("Alpha Markets", changed)
    assert not Customer.objects.filter(code="NEW").exists()
    assert SegmentationRun.objects.get(is_current=True).customer_results.count() == 1
    assert AuditRow.objects.filter(after={"name": "Ünïcode 客户"}).exists()
    assert (data_folder / "media" / "photo.txt").read_text() == "photo"
    assert backup_to(tmp_path / "two.tar.gz") == first
    Customer.objects.create(code="AFTER", name="Numbers go on after restoring")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_no_backup_changes_nothing(alpha, tmp_path, data_folder):
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(b"not a backup")
    with pytest.raises(CommandError, match="not a backup"):
        call_command("restore", str(bad))
    good = tmp_path / "good.tar.gz"
    backup_to(good)
    bad.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    with pytest.raises(CommandError):
        call_command("restore", str(bad))
    assert Customer.objects.filter(code="ALPHA").exists()
