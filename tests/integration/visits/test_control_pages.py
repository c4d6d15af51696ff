"""Price list, prices and lots seen, case files, supply routes and delivery on pages."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from purchases.models import Delivery, OrderLine, Product, SalesLine
from visits.models import (
    DiversionCase,
    LotShipment,
    LotSighting,
    PriceSighting,
    ShelfPrice,
    SupplyStep,
)
from visits.operations import diversion_cases, shelf_prices, traces

PAGES = ("prices/", "price-list/", "stockpiling/", "diversion/", "delivery/", "routes/")


@pytest.fixture
def product(db):
    return Product.objects.create(code="P1", name="Blanco")


@pytest.fixture
def today(db):
    return business_today()


@pytest.fixture
def listed(product, today):
    return ShelfPrice.objects.create(
        product=product, price=120 * SCALE, floor=100 * SCALE, from_on=today - dt.timedelta(400)
    )


def see(store, product, on, price, **more):
    return PriceSighting.objects.create(store=store, product=product, on=on, price=price * SCALE, **more)


def line_form(product, **changes):
    form = {"product": product.code, "price": "25.00", "floor": "22.50", "from_on": "2022-01-01"}
    return form | changes


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("sue", 200), ("dora", 200), ("adam", 200), ("fay", 403), ("rex", 403)],
)
def test_control_is_for_those_with_accounts_and_says_that_it_only_watches(client, request, page, who, status):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(f"/control/{page}")
    assert answer.status_code == status
    assert ("Monitoring only." in answer.text) == (status == 200)


def test_prices_far_below_the_floor_stand_first_and_only_in_stores_one_sees(
    client, alice, listed, product, today, alpha_store, beta_store
):
    other = Product.objects.create(code="P2", name="Unlisted")
    see(alpha_store, product, today, 95)
    see(alpha_store, other, today, 10)
    see(beta_store, product, today, 50)
    client.force_login(alice)
    rows = client.get("/control/prices/").context["rows"]
    assert [(row["store_code"], row["product_code"], row["state"]) for row in rows] == [
        ("A1", "P1", "to_verify"),
        ("A1", "P2", "not_judged"),
    ]
    text = b"".join(client.get("/control/prices/?export=csv").streaming_content).decode()
    assert "A1" in text and "B1" not in text
    assert client.get("/control/stores/B1/").status_code == 404


def test_a_second_look_on_another_day_confirms(client, dora, listed, product, today, alpha_store):
    see(alpha_store, product, today - dt.timedelta(3), 95)
    see(alpha_store, product, today, 96)
    client.force_login(dora)
    page = client.get("/control/prices/?state=confirmed")
    assert [row["price"] for row in page.context["rows"]] == [96 * SCALE]
    assert page.context["counts"] == {"confirmed": 1, "to_verify": 0, "ok": 0, "not_judged": 0}


def test_the_lists_ask_as_often_for_many_rows_as_for_few(
    client, dora, listed, product, today, alpha_store, django_assert_max_num_queries
):
    for days in range(60):
        see(alpha_store, product, today - dt.timedelta(days), 95)
        LotSighting.objects.create(lot=f"L{days}", store=alpha_store, on=today)
        SupplyStep.objects.create(store=alpha_store, level=days + 1, supplier=f"Dealer {days}")
    client.force_login(dora)
    for page in ("prices/", "diversion/?result=", "routes/"):
        with django_assert_max_num_queries(16):
            assert client.get(f"/control/{page}").status_code == 200


def test_a_line_of_the_price_list_is_kept_with_one_audit_row(client, dora, product, region):
    client.force_login(dora)
    answer = client.post("/control/price-list/new/", line_form(product, region=region.pk))
    assert answer.url == "/control/price-list/"
    stored = ShelfPrice.objects.get()
    assert (stored.price, stored.floor, stored.region) == (25 * SCALE, 225_000, region)
    assert AuditRow.objects.get(record_type="visits.shelfprice").action == "create"
    assert "22.50" in client.get("/control/price-list/").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"floor": "26"}, "floor"),
        ({"floor": "0"}, "floor"),
        ({"price": "x"}, "price"),
        ({"product": "NONE"}, "product"),
        ({"from_on": ""}, "from_on"),
        ({"to_on": "2021-12-31"}, "to_on"),
        ({"is_promotion": "on"}, "to_on"),
        ({"customer": "ALPHA", "region": "region"}, "region"),
    ],
)
def test_an_impossible_line_is_refused_at_its_field(client, dora, alpha, product, region, changes, field):
    client.force_login(dora)
    changes = {name: region.pk if value == "region" else value for name, value in changes.items()}
    answer = client.post("/control/price-list/new/", line_form(product) | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ShelfPrice.objects.exists()


def test_two_lines_for_the_same_never_hold_on_one_day(dora, listed, product, alpha, today):
    values = {"product": product, "price": 90 * SCALE, "floor": 80 * SCALE, "from_on": today}
    with pytest.raises(ValidationError) as refused:
        shelf_prices.create_shelf_price(by=dora, values=values)
    assert "from_on" in refused.value.message_dict
    assert ShelfPrice.objects.count() == 1
    shelf_prices.create_shelf_price(by=dora, values={**values, "customer": alpha})
    shelf_prices.create_shelf_price(by=dora, values={**values, "is_promotion": True, "to_on": today})


def test_an_archived_line_comes_back_only_where_its_days_are_free(dora, listed, product, today):
    shelf_prices.archive_shelf_price(by=dora, shelf_price=listed)
    values = {"product": product, "price": 90 * SCALE, "floor": 80 * SCALE, "from_on": today}
    shelf_prices.create_shelf_price(by=dora, values=values)
    with pytest.raises(ValidationError):
        shelf_prices.restore_shelf_price(by=dora, shelf_price=listed)
    listed.refresh_from_db()
    assert listed.archived_at is not None


def test_a_line_that_somebody_changed_meanwhile_is_not_overwritten(client, dora, listed, product):
    client.force_login(dora)
    ShelfPrice.objects.filter(pk=listed.pk).update(version=2, floor=99 * SCALE)
    form = line_form(product, price="120", floor="98", from_on=listed.from_on.isoformat(), version="1")
    assert client.post(f"/control/price-list/{listed.pk}/edit/", form).status_code == 409
    listed.refresh_from_db()
    assert listed.floor == 99 * SCALE


@pytest.mark.parametrize("who", ["alice", "sue"])
def test_only_directors_and_administrators_keep_the_price_list(client, request, listed, product, who):
    client.force_login(request.getfixturevalue(who))
    assert client.post("/control/price-list/new/", line_form(product)).status_code == 403
    assert client.get(f"/control/price-list/{listed.pk}/edit/").status_code == 403
    assert client.post(f"/control/price-list/{listed.pk}/archive/").status_code == 403
    assert ShelfPrice.objects.get().archived_at is None


def test_a_line_of_somebody_elses_customer_does_not_exist(client, alice, beta, product):
    row = ShelfPrice.objects.create(
        product=product, customer=beta, price=2, floor=1, from_on=dt.date(2022, 1, 1)
    )
    client.force_login(alice)
    assert client.get(f"/control/price-list/{row.pk}/edit/").status_code == 404
    assert "Beta" not in client.get("/control/price-list/").text


def test_a_price_is_noted_down_in_a_store_one_sees(client, alice, product, alpha_store, beta_store, today):
    client.force_login(alice)
    form = {"store": "A1", "product": "P1", "on": today.isoformat(), "price": "95"}
    assert client.post("/control/prices/new/", form).url == "/control/stores/A1/"
    assert PriceSighting.objects.get().price == 95 * SCALE
    later = (today + dt.timedelta(1)).isoformat()
    for wrong in ({"store": "B1"}, {"on": later}, {"price": "0"}):
        assert client.post("/control/prices/new/", {**form, **wrong}).status_code == 422
    assert PriceSighting.objects.count() == 1
    with pytest.raises(ValidationError):
        traces.record_price_sighting(
            by=alice, values={"store": beta_store, "product": product, "on": today, "price": 1}
        )


class TestLots:
    @pytest.fixture
    def seen(self, alpha_store, alice, today):
        return LotSighting.objects.create(lot="L78", store=alpha_store, on=today, by=alice)

    def ship(self, territory, on):
        return LotShipment.objects.create(lot="L78", territory=territory, shipped_on=on)

    def result(self, client):
        return [row["one"].result for row in client.get("/control/diversion/?result=").context["rows"]]

    def test_a_lot_is_compared_with_where_it_was_shipped_by_that_day(
        self, client, alice, seen, territories, today
    ):
        client.force_login(alice)
        assert self.result(client) == ["unknown_lot"]
        self.ship(territories["south"], today - dt.timedelta(5))
        assert self.result(client) == ["diversion"]
        self.ship(territories["north"], today + dt.timedelta(1))
        assert self.result(client) == ["diversion"]
        self.ship(territories["country"], today)
        assert self.result(client) == ["ok"]

    def test_a_lot_is_the_same_however_it_was_typed(self, client, dora, alpha_store, territories, today):
        traces.record_lot_sighting(by=dora, values={"lot": " l 78", "store": alpha_store, "on": today})
        self.ship(territories["south"], today)
        client.force_login(dora)
        assert self.result(client) == ["diversion"]

    def test_a_supervisor_ships_to_their_own_territory_only(self, sue, alice, territories, today):
        values = {"lot": "L1", "territory": territories["south"], "shipped_on": today}
        with pytest.raises(ValidationError):
            traces.ship_lot(by=sue, values=values)
        with pytest.raises(PermissionDenied):
            traces.ship_lot(by=alice, values=values)
        assert not LotShipment.objects.exists()
        assert traces.ship_lot(by=sue, values={**values, "territory": territories["north"]}).lot == "L1"

    def test_a_case_goes_from_a_lot_to_its_outcome(self, client, sue, seen):
        client.force_login(sue)
        answer = client.post(f"/control/diversion/cases/new/?sighting={seen.pk}", {"title": "Lot L78"})
        case = DiversionCase.objects.get()
        assert answer.url == f"/control/diversion/cases/{case.pk}/"
        assert list(case.sightings.all()) == [seen]
        today = business_today().isoformat()
        form = {"text": "A bill of a dealer", "on": today, "file": SimpleUploadedFile("b.pdf", b"%PDF-1.4 x")}
        assert client.post(f"{answer.url}evidence/", form).status_code == 302
        evidence = case.evidence.get()
        assert b"".join(client.get(f"{answer.url}evidence/{evidence.pk}/").streaming_content) == b"%PDF-1.4 x"
        assert client.post(f"{answer.url}close/", {"state": "confirmed", "version": 1}).status_code == 422
        close = {"state": "confirmed", "outcome": "The dealer said so.", "version": case.version}
        assert client.post(f"{answer.url}close/", close).status_code == 302
        page = client.get(answer.url)
        assert "The dealer said so." in page.text and "A bill of a dealer" in page.text
        assert client.post(f"{answer.url}evidence/", {"text": "late", "on": today}).status_code == 422
        actions = AuditRow.objects.filter(record_type="visits.diversioncase").order_by("pk")
        assert list(actions.values_list("action", flat=True)) == ["create", "add_evidence", "close"]

    def test_a_case_is_closed_once(self, dora, seen):
        case = diversion_cases.open_case(by=dora, values={"title": "L78"}, sightings=[seen])
        closed = diversion_cases.close_case(
            by=dora, case=case, version=1, state="dismissed", outcome="A typing error."
        )
        with pytest.raises(ValidationError):
            diversion_cases.close_case(
                by=dora, case=closed, version=closed.version, state="confirmed", outcome="Other."
            )
        reopened = diversion_cases.reopen_case(by=dora, case=closed, version=closed.version)
        assert (reopened.state, reopened.closed_on) == ("open", None)

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_cases_are_no_business_of_account_managers(self, client, request, dora, seen, who):
        case = diversion_cases.open_case(by=dora, values={"title": "Secret"}, sightings=[seen])
        client.force_login(request.getfixturevalue(who))
        for part in ("", "edit/", "evidence/", "close/", "evidence/1/"):
            assert client.get(f"/control/diversion/cases/{case.pk}/{part}").status_code == 404
        assert "Secret" not in client.get("/control/diversion/").text
        assert client.post("/control/diversion/cases/new/", {"title": "Mine"}).status_code == 403

    def test_a_case_about_other_territories_is_not_a_supervisors(self, client, sue, dora, beta_store, today):
        there = LotSighting.objects.create(lot="L1", store=beta_store, on=today)
        case = diversion_cases.open_case(by=dora, values={"title": "South"}, sightings=[there])
        client.force_login(sue)
        assert client.get(f"/control/diversion/cases/{case.pk}/").status_code == 404
        assert client.get(f"/control/diversion/cases/new/?sighting={there.pk}").status_code == 404


class TestRoutes:
    def test_a_route_grows_level_by_level_and_says_what_is_lost(self, client, alice, alpha_store):
        client.force_login(alice)
        for level, margin in ((1, "10"), (2, "20"), (3, "")):
            form = {"level": level, "supplier": f"Dealer {level}", "margin_share": margin}
            assert client.post("/control/stores/A1/steps/new/", form).status_code == 302
        page = client.get("/control/stores/A1/").text
        assert "at least" in page and "28.0" in page
        assert client.post("/control/stores/A1/steps/new/", form).status_code == 422
        assert SupplyStep.objects.count() == 3
        step = SupplyStep.objects.get(level=3)
        assert client.post(f"/control/routes/steps/{step.pk}/remove/").status_code == 302
        assert AuditRow.objects.filter(record_type="visits.supplystep", action="delete").count() == 1

    def test_routes_of_other_accounts_do_not_exist(self, client, alice, beta_store):
        step = SupplyStep.objects.create(store=beta_store, level=1, supplier="Dealer")
        client.force_login(alice)
        assert client.get("/control/stores/B1/steps/new/").status_code == 404
        assert client.post(f"/control/routes/steps/{step.pk}/remove/").status_code == 404
        assert client.get("/control/routes/").context["routes"] == []

    def test_a_supplier_of_another_territory_is_seen(self, client, dora, alpha_store, beta):
        SupplyStep.objects.create(store=alpha_store, level=1, supplier="beta stores")
        client.force_login(dora)
        (found,) = client.get("/control/routes/").context["outside"]
        assert (found.store, found.supplier) == (alpha_store, beta)

    def test_the_stores_page_fetches_a_short_card(self, client, alice, alpha_store):
        client.force_login(alice)
        assert "/control/stores/A1/" in client.get("/stores/A1/").text
        card = client.get("/control/stores/A1/", headers={"HX-Request": "true"}).text
        assert "Nobody has said yet" in card and "<html" not in card


class TestStockpiling:
    @pytest.fixture
    def sell(self, product):
        batch = ImportBatch.objects.create(kind="sales", state=BatchState.COMMITTED)

        def sold(customer, day, units):
            SalesLine.objects.create(
                date=day, customer=customer, product=product, net_amount=units * SCALE,
                quantity=units * SCALE, batch=batch,
            )  # fmt: skip

        return sold

    def test_who_bought_more_than_the_own_stores_sell_stands_first(
        self, client, dora, alice, alpha, beta, product, today, sell
    ):
        first = today - dt.timedelta(40)
        ShelfPrice.objects.create(
            product=product, price=2, floor=1, is_promotion=True, from_on=first,
            to_on=first + dt.timedelta(13),
        )  # fmt: skip
        for customer, bought in ((alpha, 5_200), (beta, 3_000)):
            sell(customer, first - dt.timedelta(364), 3_000)
            sell(customer, first - dt.timedelta(364 + 10), 1_000)
            sell(customer, first - dt.timedelta(10), 1_200)
            sell(customer, first, bought)
        client.force_login(dora)
        rows = [item["row"] for item in client.get("/control/stockpiling/").context["rows"]]
        assert [(row.customer, row.total.flag) for row in rows] == [(alpha, True), (beta, False)]
        assert rows[0].total.index == pytest.approx(5_200 / 3_600)
        client.force_login(alice)
        found = client.get("/control/stockpiling/").context["rows"]
        assert [item["row"].customer for item in found] == [alpha]


class TestDelivery:
    @pytest.fixture
    def lines(self, alpha, beta, today):
        due = today - dt.timedelta(5)

        def order(customer, number, line, came, *, confirmed=None, mode="own fleet"):
            row = OrderLine.objects.create(
                customer=customer, order_no=number, line_no=line, ordered_units=10 * SCALE, requested_on=due,
                confirmed_on=confirmed, delivery_mode=mode,
            )  # fmt: skip
            if came is not None:
                Delivery.objects.create(
                    order_line=row, delivered_on=due + dt.timedelta(came), units=10 * SCALE
                )

        order(alpha, "O1", "1", 0)
        order(alpha, "O1", "2", 2, confirmed=due + dt.timedelta(2))
        order(alpha, "O2", "1", None, mode="")
        order(beta, "O1", "1", 0)

    def test_rates_are_by_line_and_order_each_with_its_count(self, client, dora, lines):
        client.force_login(dora)
        context = client.get("/control/delivery/").context
        total = context["total"]
        assert (total.line_otif.hits, total.line_otif.of) == (2, 4)
        assert (total.order_otif.hits, total.order_otif.of) == (1, 3)
        assert [row.customer.code for row in context["customers"]] == ["ALPHA", "BETA"]
        assert [row["key"] for row in context["modes"]] == ["-", "own fleet"]

    def test_against_the_confirmed_day_only_lines_with_one_are_judged(self, client, dora, lines):
        client.force_login(dora)
        total = client.get("/control/delivery/?basis=confirmed").context["total"]
        assert (total.line_otif.hits, total.line_otif.of, total.left_out["no_date"]) == (1, 1, 3)

    def test_an_account_manager_sees_own_accounts_and_a_mode_narrows(self, client, alice, lines):
        client.force_login(alice)
        assert client.get("/control/delivery/").context["total"].line_otif.of == 3
        assert client.get("/control/delivery/?mode=-").context["total"].line_otif.of == 1
        text = b"".join(client.get("/control/delivery/?export=csv").streaming_content).decode()
        assert "ALPHA" in text and "BETA" not in text
