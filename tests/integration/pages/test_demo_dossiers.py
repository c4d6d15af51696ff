"""The demo company's dossiers: every rule finds somebody, everything made up says so, twice the same."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, Sum

from accounts.models import (
    AccountPlan,
    AccountStanding,
    Bid,
    Cadence,
    ChainRole,
    Commitment,
    Competitor,
    Contact,
    Contract,
    Customer,
    DossierEntry,
    Interaction,
    InteractionContact,
    Profile,
    Rival,
    RivalMove,
)
from ka_crm.imports.models import ImportBatch
from ka_crm.pages.demo.brand_counts import OTHERS
from ka_crm.pages.demo.dossiers import full_dossiers, load_dossiers
from ka_crm.pages.demo.loader import load_company
from ka_crm.pages.demo.plan import DEMO_DAY, plan_demo
from ka_crm.pages.demo.source import read_source
from ka_crm.people.models import Role, User
from ka_crm.records.invariants import violations
from purchases.models import AccountCost, Delivery, MonthlySales, OrderLine, PriceTerm, Receivable, Target
from purchases.queries.deliveries import ordered_lines
from purchases.queries.receivables import overdue_by_customer
from visits.models import BrandCount, CategoryTotal

pytestmark = pytest.mark.django_db
ENTRIES = sorted(DossierEntry.__subclasses__(), key=lambda model: model._meta.label)
NINETY_AGO = DEMO_DAY - dt.timedelta(days=90)


@pytest.fixture(scope="module")
def plan():
    return plan_demo(read_source())


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load once for the tests of this file; everything is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_company(report=lambda what, count: None)
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


def codes(rows, name="customer__code"):
    return set(rows.values_list(name, flat=True))


def full():
    return codes(Contract.objects.all())


def test_the_30_largest_have_a_full_dossier_200_a_begun_one_the_others_none(demo, plan):
    bought = plan.stores.groupby("customer")["amount"].sum().sort_values(ascending=False, kind="stable")
    assert full() == set(full_dossiers(plan)) == set(bought.index[:30])
    for model in (Profile, Cadence, Commitment, Bid, Rival, RivalMove, Interaction):
        assert full() <= codes(model.objects.all()), model
    assert min(Contact.objects.filter(customer__code__in=full()).values_list("customer").annotate(
        people=Count("pk")).values_list("people", flat=True)) >= 3  # fmt: skip
    assert len(codes(Contact.objects.all())) == 230
    kinds = Customer.objects.filter(code__in=full()).values_list("channel__name", flat=True)
    assert set(kinds) == {"Modern retail", "Traditional trade"}


def test_every_row_of_a_dossier_says_that_it_is_generated(demo):
    assert {model.__name__ for model in ENTRIES if not model.objects.exists()} <= {"Document", "Assessment"}
    for model in ENTRIES:
        assert not model.objects.filter(is_generated=False).exists(), model
    assert (
        codes(Interaction.objects.all(), "source") == codes(Contact.objects.all(), "source") == {"generated"}
    )
    for model in (Target, Receivable, OrderLine, PriceTerm, AccountCost):
        assert model.objects.exists()
        assert not model.objects.exclude(batch__file_name__startswith="generated").exists(), model
    assert all("made up" in text for text in Profile.objects.values_list("description", flat=True))
    assert not ImportBatch.objects.exclude(source="demo").exists()


def test_people_are_nobody_of_us_and_nobody_is_there_twice(demo):
    names = list(Contact.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)
    assert not set(names) & set(User.objects.values_list("name", flat=True))


def test_every_rule_about_what_burns_finds_an_account(demo):
    late = Commitment.objects.filter(state="open", promiser="us", due_on__lt=DEMO_DAY)
    assert codes(late) & full()
    assert Commitment.objects.filter(state="broken", promiser="us").exists()
    overdue = overdue_by_customer(Customer.objects.all(), on=DEMO_DAY)
    assert len([row for row in overdue.values() if row.oldest_days > 60 and row.long_amount > 0]) == 3
    soon = Q(next_talks_on__range=(DEMO_DAY, DEMO_DAY + dt.timedelta(days=7)))
    planned = AccountPlan.objects.values("customer")
    assert AccountStanding.objects.filter(soon).exclude(customer__in=planned).exists()
    assert AccountStanding.objects.filter(soon, customer__in=planned).exists()
    last = Cadence.objects.filter(contact__isnull=True).annotate(
        last=F("customer__standing__last_contact_on")
    )
    beyond = [row for row in last if row.last + dt.timedelta(days=row.every_days) < DEMO_DAY]
    assert 0 < len(beyond) < len(last)
    assert AccountStanding.objects.filter(last_contact_on__lt=NINETY_AGO, customer__code__in=full()).exists()


def test_deciders_are_met_not_met_and_unknown(demo):
    roles = ChainRole.objects.filter(role="decider")
    held = Q(contact__interactions__state="done")
    last = dict(
        roles.values_list("chain__customer__code").annotate(on=Max("contact__interactions__on", filter=held))
    )
    assert [code for code, on in last.items() if on and on >= NINETY_AGO]
    assert last["HY-VEE"] is None
    silent = full() - set(last)  # nobody is named there
    assert AccountStanding.objects.filter(customer__code__in=silent, last_contact_on__lt=NINETY_AGO).exists()


def test_about_half_of_the_key_account_managers_are_late_and_all_have_something_planned(demo):
    kams = User.objects.filter(role=Role.KAM)
    late = kams.filter(
        commitments__state="open", commitments__promiser="us", commitments__due_on__lt=DEMO_DAY
    )
    assert (kams.count(), late.distinct().count()) == (13, 7)
    within = (DEMO_DAY, DEMO_DAY + dt.timedelta(days=14))
    coming = Interaction.objects.filter(state="planned", on__range=within)
    assert set(kams.values_list("pk", flat=True)) <= set(coming.values_list("owner", flat=True))


def test_the_largest_customer_hangs_on_one_thread_and_lacks_next_years_plan(demo):
    hy_vee = Customer.objects.get(code="HY-VEE")
    talks = Interaction.objects.filter(customer=hy_vee, state="done").order_by("-on")[:10]
    through = InteractionContact.objects.filter(interaction__in=list(talks), contact__name="Irene Salcedo")
    assert through.count() == 6
    brandt = Contact.objects.get(name="Paul Brandt")
    assert (DEMO_DAY - brandt.interactions.filter(state="done").get().on).days == 212
    assert RivalMove.objects.filter(customer=hy_vee, competitor__name="Diageo", contact=brandt).exists()
    assert Contact.objects.get(name="Margaret Osei").introduced_by.name == "Grace Lin"
    assert Bid.objects.get(customer=hy_vee, result="lost").reason == ""
    assert list(AccountPlan.objects.filter(customer=hy_vee).values_list("year", "state")) == [
        (2022, "agreed")
    ]
    assert (hy_vee.standing.next_talks_on - DEMO_DAY).days == 8
    assert hy_vee.standing.oldest_promise_due_on < DEMO_DAY
    row = overdue_by_customer([hy_vee.pk], on=DEMO_DAY)[hy_vee.pk]
    assert (row.amount, row.invoices, row.oldest_days) == (482_000_000, 3, 41)


def test_the_shelf_adds_up_to_what_the_register_says(demo, plan):
    assert not BrandCount.objects.filter(is_generated=True).exists()
    stores = BrandCount.objects.values("store")
    sums = {"a": Sum("amount"), "u": Sum("units")}
    counted = BrandCount.objects.aggregate(**sums)
    totals = CategoryTotal.objects.filter(store__in=stores)
    assert counted == totals.aggregate(a=Sum("total_amount"), u=Sum("total_units"))
    assert BrandCount.objects.filter(competitor=None).aggregate(**sums) == totals.aggregate(
        a=Sum("own_amount"), u=Sum("own_units")
    )
    counted_only = plan.stores[~plan.stores.index.isin(plan.visits_only)]
    assert codes(BrandCount.objects.all(), "store__customer__code") == full() & set(counted_only["customer"])
    assert set(Competitor.objects.values_list("name", flat=True)) == {
        "Diageo", "Proximo", "Beam", "Mast-Jägermeister", "Sazerac", "Pernod Ricard", OTHERS,
    }  # fmt: skip


def test_targets_follow_last_years_months(demo):
    month = MonthlySales.objects.filter(customer__code="HY-VEE", month="2021-12-01")
    sold = month.aggregate(total=Sum("net_amount"))["total"]
    target = Target.objects.get(customer__code="HY-VEE", month="2022-12-01").amount
    assert target == pytest.approx(sold * 1.05, abs=50_000)
    assert target % 100_000 == 0


def test_deliveries_are_as_good_as_each_story_says(demo, plan):
    keys = dict(Customer.objects.filter(code__in=full()).values_list("code", "pk"))
    worst = {}
    for code, story in full_dossiers(plan).items():
        lines = ordered_lines([keys[code]], first=DEMO_DAY - dt.timedelta(days=120), end=DEMO_DAY)
        ok = [
            sum(units for on, units in line.deliveries if -1 <= (on - line.requested_on).days <= 0)
            >= line.ordered
            for line in lines
        ]
        assert sum(ok) / len(ok) == pytest.approx(story.otif, abs=0.03), code
        worst[code] = story.otif
    assert min(worst.values()) == 0.78
    assert not Delivery.objects.filter(delivered_on__gte=DEMO_DAY).exists()


def content():
    """Return everything that stands in the dossiers, without keys."""
    found = []
    for model in ENTRIES:
        names = [field.name for field in model._meta.concrete_fields if not field.is_relation]
        names = [name for name in names if name != "id"] + ["customer__code"]
        names += ["contact__name"] if hasattr(model, "contact") else []
        found.append((model.__name__, list(model.objects.order_by("pk").values_list(*names))))
    found.append(
        list(InteractionContact.objects.order_by("pk").values_list("contact__name", "interaction__on"))
    )
    return [
        *found,
        list(ChainRole.objects.order_by("pk").values_list("contact__name", "role", "chain__name")),
    ]


def test_loading_the_dossiers_again_gives_the_same(demo, plan):
    before = content()
    customers = {customer.code: customer for customer in Customer.objects.all()}
    users = {user.name: user for user in User.objects.all()}
    AccountStanding.objects.all().delete()
    for model in (InteractionContact, ChainRole):
        model.objects.all().delete()
    Contact.objects.update(reports_to=None, introduced_by=None)
    left = [model for model in ENTRIES if model not in (Interaction, Contact)]
    for model in (*left, Interaction, Contact):
        model.objects.all().delete()
    load_dossiers(plan, customers=customers, users=users)
    assert content() == before


def test_the_demo_breaks_no_invariant(demo):
    assert not {name: count for name, count in violations().items() if count}
