"""Lists that judge or show only a part say so; what a file is still loading counts for nothing yet."""

import datetime as dt

import pytest

from accounts.models import Store
from accounts.timeline import timeline_page
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import SCALE
from purchases.models import Category, OrderLine, Product
from tests.integration.visits.conftest import TODAY
from visits.models import (
    LotShipment,
    LotSighting,
    Observation,
    PriceSighting,
    SampleRound,
    ShelfPrice,
    SupplyStep,
    Visit,
    VisitTask,
)
from visits.queries import control
from visits.queries.control import listed_prices, shelf_prices_seen_by
from visits.queries.diversion import judged_lots, lot_sightings_seen_by
from visits.queries.stockpiling import promotion_windows
from visits.views.control import delivery, diversion, routes

pytestmark = pytest.mark.usefixtures("pinned")
NOTE = "are judged and counted here"


@pytest.fixture
def product(db):
    return Product.objects.create(code="P1", name="Blanco")


@pytest.fixture
def stores(alpha):
    return [Store.objects.create(code=f"S{n}", name=f"Store {n}", customer=alpha) for n in range(4)]


def test_prices_beyond_the_most_that_are_judged_are_told_of(client, dora, stores, product, monkeypatch):
    for store in stores:
        PriceSighting.objects.create(store=store, product=product, on=TODAY, price=9 * SCALE)
    client.force_login(dora)
    monkeypatch.setattr(control, "MOST_SIGHTINGS", 4)
    assert NOTE not in client.get("/control/prices/").content.decode()
    monkeypatch.setattr(control, "MOST_SIGHTINGS", 3)
    page = client.get("/control/prices/")
    assert len(page.context["rows"]) == 3 and NOTE in page.content.decode()
    assert NOTE not in client.get("/control/prices/?q=S1").content.decode()


def test_lots_beyond_the_most_that_are_judged_are_told_of(client, dora, stores, monkeypatch):
    for store in stores:
        LotSighting.objects.create(lot="L1", store=store, on=TODAY)
    client.force_login(dora)
    monkeypatch.setattr(diversion, "MOST_LOTS", 4)
    assert NOTE not in client.get("/control/diversion/?result=").content.decode()
    monkeypatch.setattr(diversion, "MOST_LOTS", 3)
    page = client.get("/control/diversion/?result=")
    assert page.context["total"] == 3
    assert "Only the newest 3 lots seen are judged" in page.content.decode()


def test_customers_and_routes_that_are_not_shown_are_counted(
    client, dora, alpha, beta, stores, product, monkeypatch
):
    for customer in (alpha, beta):
        OrderLine.objects.create(
            customer=customer, product=product, order_no="1", line_no="1", ordered_units=SCALE,
            requested_on=TODAY - dt.timedelta(days=9), confirmed_on=TODAY - dt.timedelta(days=9),
        )  # fmt: skip
    for store in stores:
        SupplyStep.objects.create(store=store, level=1, supplier="Wholesaler")
    client.force_login(dora)
    assert "are shown; the export has all" not in client.get("/control/delivery/").content.decode()
    monkeypatch.setattr(delivery, "MOST_CUSTOMERS", 1)
    assert "The first 1 of 2 are shown; the export has all." in client.get("/control/delivery/").text
    page = client.get("/control/routes/")
    assert page.context["total"] == 4 and page.context["more"] == ""
    monkeypatch.setattr(routes, "MOST_ROUTES", 3)
    assert "The first 3 of 4 are shown; the export has all." in client.get("/control/routes/").text


def test_prices_and_shipments_of_a_file_count_once_it_is_loaded(dora, stores, product, territories):
    batch = ImportBatch.objects.create(kind="shelf_prices", state=BatchState.LOADING, by=dora)
    line = {"product": product, "price": 10 * SCALE, "floor": 9 * SCALE, "from_on": TODAY, "to_on": TODAY}
    ShelfPrice.objects.create(**line, is_promotion=True, batch=batch)
    LotShipment.objects.create(lot="L1", territory=territories["north"], shipped_on=TODAY, batch=batch)
    LotSighting.objects.create(lot="L1", store=stores[0], on=TODAY)

    def counted():
        (lot,) = judged_lots(lot_sightings_seen_by(dora).select_related("store__customer"))
        return (
            len(listed_prices()), shelf_prices_seen_by(dora).count(),
            len(promotion_windows(first=TODAY, today=TODAY)), lot.result != "unknown_lot",
        )  # fmt: skip

    assert counted() == (0, 0, 0, False)
    ImportBatch.objects.update(state=BatchState.COMMITTED)
    assert counted() == (1, 1, 1, True)
    ImportBatch.objects.update(state=BatchState.UNDOING)
    assert counted() == (0, 0, 0, False)


def test_the_timeline_of_somebody_who_is_judged_does_not_count_open_control_visits(
    alice, sue, alpha, alpha_store
):
    category = Category.objects.create(code="TEQ", name="Tequila")
    sample = SampleRound.objects.create(
        seed=1, drawn_by=sue, visitor=sue, drawn_on=TODAY, first_on=TODAY, last_on=TODAY
    )
    there = Visit.objects.create(store=alpha_store, on=TODAY, by=sue, kind="control")
    Observation.objects.create(
        store=alpha_store, category=category, date=TODAY, kind="control", rep=sue, visit=there,
        total_units=9 * SCALE, own_units=SCALE,
    )  # fmt: skip
    shared = {"store": alpha_store, "user": sue, "sample_round": sample, "kind": "control"}
    VisitTask.objects.create(on=TODAY, state="done", visit=there, **shared)
    open_one = VisitTask.objects.create(on=TODAY + dt.timedelta(days=1), **shared)

    def titles(viewer):
        return [one.title for one in timeline_page(alpha, viewer=viewer, today=TODAY, limit=9)[0]]

    assert titles(alice) == [] and titles(sue) == ["1 store visited"]
    open_one.delete()
    assert titles(alice) == ["1 store visited"]  # the round is closed
