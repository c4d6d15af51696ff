"""Where an account stands by its own dossier: people met, score with what is missing, in one small row."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    AccountPlan,
    AccountStanding,
    Bid,
    ChainRole,
    Competitor,
    Contact,
    Contract,
    Customer,
    DecisionChain,
    Interaction,
    InteractionContact,
    Profile,
    Rival,
)
from accounts.operations import standing as operations
from accounts.operations.entries import add_entry
from accounts.queries.standing import EMPTY_PARTS, dossier_standings
from ka_crm.lib import clock
from ka_crm.records.operations import set_system_setting

TODAY = dt.date(2022, 11, 14)


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


def day(days):
    return TODAY + dt.timedelta(days=days)


def talk(customer, days, *people, channel="meeting", state="done", **fields):
    held = Interaction.objects.create(
        customer=customer, channel=channel, state=state, on=day(days), subject="Talk", **fields
    )
    for person in people:
        InteractionContact.objects.create(interaction=held, contact=person)
    return held


def person(customer, name, *roles, **fields):
    made = Contact.objects.create(customer=customer, name=name, **fields)
    chain, _ = DecisionChain.objects.get_or_create(customer=customer, name="Listing")
    for role in roles:
        ChainRole.objects.create(chain=chain, contact=made, role=role)
    return made


def standing_of(customer):
    return dossier_standings([customer.pk], TODAY)[customer.pk]


def part(standing, name):
    return next(one for one in standing["score_parts"] if one["name"] == name)


def test_people_are_met_by_talks_of_ninety_days_and_notes_and_plans_are_none(alpha):
    met = person(alpha, "Elena", "buyer")
    for name, days, fields in (
        ("Old", -91, {}),
        ("Noted", -1, {"channel": "note"}),
        ("Planned", 1, {"state": "planned"}),
    ):
        talk(alpha, days, person(alpha, name), **fields)
    talk(alpha, -90, met)
    person(alpha, "Gone", archived_at=clock.now())
    found = standing_of(alpha)
    assert (found["people"], found["people_met"], found["decider_met"]) == (4, 1, None)


def test_a_decider_is_met_in_any_chain_or_not_or_nobody_is_named(alpha):
    decider = person(alpha, "Paul", "decider")
    assert standing_of(alpha)["decider_met"] is False
    held = talk(alpha, -5, decider)
    assert standing_of(alpha)["decider_met"] is True
    held.archived_at = clock.now()
    held.save()
    assert standing_of(alpha)["decider_met"] is False
    ChainRole.objects.all().delete()
    assert standing_of(alpha)["decider_met"] is None


def test_an_empty_dossier_scores_nothing_and_misses_the_beginning_of_every_part(alpha):
    found = standing_of(alpha)
    assert (found["score"], found["score_parts"]) == (0, [])
    assert [one["missing"] for one in EMPTY_PARTS] == [
        [["begin", points]] for points in (20.0, 25.0, 20.0, 15.0, 20.0)
    ]


def test_every_part_of_the_dossier_brings_its_points(alpha):
    Profile.objects.create(customer=alpha, description="Chain", fiscal_year_month=1)
    elena = person(alpha, "Elena", "decider", "approver", "buyer", influence=3, attitude=2)
    for days in (-5, -40, -80, -120):
        talk(alpha, days, elena)
    Bid.objects.create(
        customer=alpha, title="Coolers", submitted_on=day(-20), result="lost", decided_on=day(-10)
    )
    Contract.objects.create(customer=alpha, title="Terms", start_on=day(-100))
    rival = Competitor.objects.create(name="Diageo")
    Rival.objects.create(customer=alpha, competitor=rival, holds="End caps")
    AccountPlan.objects.create(customer=alpha, year=2022, needs="Of last year")
    AccountPlan.objects.create(customer=alpha, year=2023, needs="Cold displays", strategy="Push")
    found = standing_of(alpha)
    assert {one["name"]: one["points"] for one in found["score_parts"]} == {
        "general": 5.0,  # description 3, budget year 2
        "org_decision": 19.0,  # one of three people 2, roles 11, influence and attitude 6
        "history": 17.0,  # all but the reason of the bid
        "competitors": 7.0,  # rival 5, what it holds 2
        "plan": 7.0,  # needs 4, strategy 3
    }
    assert found["score"] == 55
    assert part(found, "history")["missing"] == [["bid_reasons", 3.0]]
    assert part(found, "competitors")["missing"] == [["contract_ends", 4.0], ["pace", 2.0], ["moves", 2.0]]


def test_old_notes_count_half(alpha):
    Profile.objects.create(customer=alpha, description="Chain", confirmed_on=day(-400))
    found = part(standing_of(alpha), "general")
    assert (found["points"], found["freshness"]) == (1.5, 0.5)


def test_writing_an_entry_brings_the_score_up_to_date_at_once(alice, alpha):
    add_entry(by=alice, customer=alpha, model=Contact, values={"name": "Elena"})
    found = AccountStanding.objects.get(customer=alpha)
    assert (found.people, found.score) == (1, 2)


def test_five_hundred_customers_take_as_many_queries_as_one(alpha):
    counts = []
    for size in (1, 60):
        made = Customer.objects.bulk_create(
            Customer(code=f"Q{size}-{number}", name="Q") for number in range(size)
        )
        for customer in made:
            talk(customer, -3, person(customer, "Elena", "decider"))
            AccountPlan.objects.create(customer=customer, year=2023)
        with CaptureQueriesContext(connection) as queries:
            dossier_standings([customer.pk for customer in made], TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_rows_that_say_it_already_are_left_alone(alpha, beta):
    operations.refresh_standing(customers=[alpha.pk, beta.pk])
    before = AccountStanding.objects.get(customer=alpha).refreshed_at
    talk(beta, -2)
    operations.refresh_standing(customers=[alpha.pk, beta.pk])
    assert AccountStanding.objects.get(customer=alpha).refreshed_at == before
    assert AccountStanding.objects.get(customer=beta).last_contact_on == day(-2)


def test_another_room_s_part_of_the_row_stays(alpha):
    operations.set_standing(values={alpha.pk: {"overdue_amount": 7}})
    talk(alpha, -2)
    operations.refresh_standing(customers=[alpha.pk])
    found = AccountStanding.objects.get(customer=alpha)
    assert (found.overdue_amount, found.last_contact_on) == (7, day(-2))
