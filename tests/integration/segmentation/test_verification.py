"""A stored run comes out the same again, bit by bit; where it does not, the inputs that changed are told."""

import datetime as dt
import json
import math

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Store
from ka_crm.criteria.operations import publish_criteria
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_in_process
from ka_crm.lib import clock
from ka_crm.people.models import User
from purchases.models import Category, MonthlySales
from segmentation.models import SegmentationRun
from segmentation.operations import recompute_segmentation
from segmentation.verification import KIND, verify_run
from tests.facts import count_in_full, months_before, sell, visit
from visits.models import MarketShare

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2022, 11, 1)
MONTHS = months_before(AS_OF)


@pytest.fixture
def facts(alpha, beta, alpha_store, beta_store, region):
    """Full counts at Alpha, visits at Beta, sales to both, and five stores that make a market."""
    tequila = Category.objects.create(code="TEQUILA", name="Tequila")
    for number in range(5):
        store = Store.objects.create(code=f"N{number}", name=f"N {number}", customer=alpha, region=region)
        count_in_full(store, tequila, MONTHS, 70 + number, 20 + 3 * number)
    count_in_full(alpha_store, tequila, MONTHS, 101, 17)
    visit(
        beta_store,
        tequila,
        [dt.date(2022, 10, day) for day in range(3, 15)],
        [(30 + d, 7) for d in range(12)],
    )
    sell(alpha, MONTHS, [137 + 11 * (n % 5) for n in range(12)])
    sell(beta, MONTHS, [3, 0, 7, 0, 0, 19, 1, 0, 2, 5, 0, 13])
    return tequila


def whole(level):
    return sum(level[key] for key in ("equal", "different", "stored", "computed"))


def test_the_same_inputs_give_the_same_rows_twice(facts):
    run = recompute_segmentation(as_of=AS_OF)
    first, second = verify_run(run), verify_run(run)
    assert first["verdict"] == second["verdict"] == "equal"
    assert first["customers"]["equal"] == run.customer_results.count() == 2
    assert first["stores"]["equal"] == run.store_results.count() == 7
    assert first["inputs"] == [] and first["summary_equal"]
    later = recompute_segmentation(as_of=AS_OF)
    assert later.summary["inputs"] == run.summary["inputs"]
    assert verify_run(later)["verdict"] == verify_run(run)["verdict"] == "equal"


def test_an_earlier_run_is_computed_with_its_own_settings_and_date(facts):
    early = recompute_segmentation(as_of=dt.date(2022, 8, 1))
    publish_criteria(values={"abc_measure": "net_sales", "window_months": 6}, reason="half a year", by=None)
    now = recompute_segmentation(as_of=AS_OF)
    assert verify_run(early)["verdict"] == "equal"
    assert verify_run(now)["verdict"] == "equal"


def test_quadrants_held_near_a_line_are_held_by_the_same_run_again(facts):
    publish_criteria(values={"quadrant_hold": True}, reason="hold", by=None)
    first = recompute_segmentation(as_of=AS_OF)
    first.store_results.update(quadrant="maintain")
    second = recompute_segmentation(as_of=AS_OF)
    recompute_segmentation(as_of=AS_OF)
    assert second.summary["held_from"] == first.pk
    assert verify_run(second)["verdict"] == "equal"


def test_a_row_that_was_tampered_with_is_found_with_its_column(facts):
    run = recompute_segmentation(as_of=AS_OF)
    row = run.store_results.order_by("store").first()
    row.gap_amount += 1
    row.quadrant = "explore"
    row.save()
    found = verify_run(run)
    assert found["verdict"] == "computed_differently"
    assert found["stores"]["different"] == 1
    assert found["stores"]["columns"] == {"gap_amount": 1, "quadrant": 1}


def test_one_bit_of_a_number_is_a_difference(facts):
    run = recompute_segmentation(as_of=AS_OF)
    row = run.store_results.exclude(share=None).first()
    row.share = math.nextafter(row.share, 1)
    row.save()
    assert verify_run(run)["stores"]["columns"] == {"share": 1}


def test_rows_of_one_side_only_are_counted(facts):
    run = recompute_segmentation(as_of=AS_OF)
    run.customer_results.order_by("customer").last().delete()
    assert verify_run(run)["customers"]["computed"] == 1
    run = recompute_segmentation(as_of=AS_OF)
    MonthlySales.objects.filter(customer__code="BETA").delete()
    Store.objects.filter(code="B1").update(archived_at=clock.now())
    found = verify_run(run)
    assert (found["customers"]["stored"], found["stores"]["stored"]) == (1, 1)
    assert found["verdict"] == "inputs_changed"


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ("sales", {"sales"}), ("counts", {"counts"}), ("visits", {"visits"}),
        ("archived", {"stores", "visits"}), ("market", {"market_shares"}),
    ],
)  # fmt: skip
def test_the_inputs_that_changed_since_are_named(change, kinds, facts, alpha, alpha_store, beta_store):
    run = recompute_segmentation(as_of=AS_OF)
    if change == "sales":
        sell(alpha, MONTHS[:1], [1])
    elif change == "counts":
        alpha_store.category_totals.filter(month=MONTHS[3]).update(own_units=18 * 10_000)
    elif change == "visits":
        visit(beta_store, facts, [dt.date(2022, 10, 20)], [(31, 8)])
    elif change == "archived":
        beta_store.archived_at = clock.now()
        beta_store.save()
    else:
        MarketShare.objects.create(category=facts, share="0.21", from_on=dt.date(2022, 1, 1), source="stated")
    found = verify_run(run)
    assert found["verdict"] == "inputs_changed"
    assert {item["what"] for item in found["inputs"]} == kinds
    assert whole(found["customers"]) == 2 and whole(found["stores"]) == 7


def test_what_was_touched_since_is_counted(facts, beta_store):
    run = recompute_segmentation(as_of=AS_OF)
    assert verify_run(run)["since"] == []
    visit(beta_store, facts, [dt.date(2022, 10, 20), dt.date(2022, 10, 21)], [(31, 8), (30, 7)])
    assert verify_run(run)["since"] == [{"what": "counts", "count": 2}]


def test_a_run_older_than_the_marks_of_inputs_is_compared_all_the_same(facts, beta_store):
    run = recompute_segmentation(as_of=AS_OF)
    run.summary.pop("inputs")
    run.save(update_fields=["summary"])
    assert verify_run(run)["verdict"] == "equal" and verify_run(run)["inputs"] is None
    visit(beta_store, facts, [dt.date(2022, 10, 20)], [(31, 8)])
    assert verify_run(run)["verdict"] == "not_known"


def test_nothing_at_all_comes_out_equal(db):
    assert verify_run(recompute_segmentation(as_of=AS_OF))["verdict"] == "equal"


def test_nothing_is_written(facts):
    run = recompute_segmentation(as_of=AS_OF)
    before = list(SegmentationRun.objects.values()), list(run.store_results.values())
    verify_run(run)
    assert before == (list(SegmentationRun.objects.values()), list(run.store_results.values()))


def test_the_command_prints_the_comparison_and_ends_with_1_where_it_differs(facts, capsys):
    run = recompute_segmentation(as_of=AS_OF)
    call_command("verify_run")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["verdict"] == "equal"
    run.customer_results.update(abc="C")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_run", run=run.pk)
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["customers"]["different"] >= 1
    with pytest.raises(CommandError, match="no such run"):
        call_command("verify_run", run=77777)


def test_the_page_of_a_run_starts_follows_and_shows_the_comparison(client, facts, dora):
    run = recompute_segmentation(as_of=AS_OF)
    client.force_login(dora)
    page, url = reverse("segmentation:run", args=[run.pk]), reverse("segmentation:verify", args=[run.pk])
    assert "Recompute and compare" in client.get(page).content.decode()
    part = client.post(url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="verification").content.decode()
    job = JobRun.objects.get(kind=KIND)
    assert reverse("segmentation:verify_progress", args=[run.pk, job.pk]) in part
    client.post(url)  # a second click finds the same job
    assert JobRun.objects.filter(kind=KIND).count() == 1
    run_in_process(kind=KIND, key=str(run.pk), params={"run": run.pk}, by=dora)
    done = client.get(reverse("segmentation:verify_progress", args=[run.pk, job.pk])).content.decode()
    assert "Equal bit by bit: all 9 rows came out the same." in done
    assert "hx-trigger" not in done
    assert "Equal bit by bit" in client.get(page).content.decode()


def test_the_page_names_the_inputs_that_changed(client, facts, dora, beta_store):
    run = recompute_segmentation(as_of=AS_OF)
    visit(beta_store, facts, [dt.date(2022, 10, 20)], [(31, 8)])
    run_in_process(kind=KIND, key=str(run.pk), params={"run": run.pk})
    client.force_login(dora)
    text = client.get(reverse("segmentation:run", args=[run.pk])).content.decode()
    assert "The inputs changed since; that explains it." in text
    assert "visit days 12 → 12" in text and "1 counts recorded" in text


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("rex", 403), ("fay", 403), ("sue", 302)])
def test_who_may_recompute_may_compare(who, status, client, facts, request):
    run = recompute_segmentation(as_of=AS_OF)
    user: User = request.getfixturevalue(who)
    client.force_login(user)
    assert client.post(reverse("segmentation:verify", args=[run.pk])).status_code == status
    assert JobRun.objects.filter(kind=KIND).exists() == (status == 302)


def test_a_run_or_job_that_is_not_there_is_404(client, facts, dora):
    run, other = recompute_segmentation(as_of=AS_OF), recompute_segmentation(as_of=AS_OF)
    client.force_login(dora)
    assert client.post(reverse("segmentation:verify", args=[77777])).status_code == 404
    assert client.get(reverse("segmentation:verify", args=[run.pk])).status_code == 405
    job = run_in_process(kind=KIND, key=str(run.pk), params={"run": run.pk})
    assert client.get(reverse("segmentation:verify_progress", args=[other.pk, job.pk])).status_code == 404


def test_a_comparison_that_failed_says_so(client, facts, dora):
    run = recompute_segmentation(as_of=AS_OF)
    JobRun.objects.create(kind=KIND, key=str(run.pk), state="failed", error="ValueError: no room left")
    client.force_login(dora)
    assert "no room left" in client.get(reverse("segmentation:run", args=[run.pk])).content.decode()
