"""Who may not see an account finds nothing of it: no page, no file, no object, no count, no letter.

Addresses, kinds of entries, tabs and endpoints are walked as they are registered: later ones are in it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from accounts.dossier_records import record_kinds
from accounts.models import Contact, Customer, DuplicateProposal, RecordMerge
from accounts.operations.merging import merge_contacts, versions_of
from accounts.rules.dossier_sections import PIECES
from ka_crm.api_urls import router
from ka_crm.imports.models import ImportBatch
from ka_crm.pages import account_urls
from ka_crm.pages.dossier import PANELS
from ka_crm.people.models import Role, User
from purchases.models import Category, PriceTerm, Product, Target
from segmentation.models import Proposal, SelectionRound
from tests.conftest import make_user
from tests.dossier import DAY, MARK, fill, fill_dossier
from tests.facts import committed_batch
from tests.integration.pages.results import account_result, make_run, store_result
from visits.models import Flag, Inspection, LotShipment, Measure, Observation, PotentialEstimate

#: Sees other accounts; the last two never see any.
OTHERS = ("bob", "sam", "rex", "fay")
NEVER = ("rex", "fay")
#: Case files of supervisors: who answers for the account does not read them.
OF_SUPERVISORS = ("diversion-cases",)
#: A representative counts in the stores of their territory, Alpha's among them.
VISITED = ("observations", "visits")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.I)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sam(territories):
    return make_user("sam", Role.SUPERVISOR, territory=territories["south"])


@pytest.fixture
def foreign(alice, alpha, alpha_store, beta, beta_store, region, territories):
    """Alice's account with one of everything in its dossier, a twin, and two pairs of duplicates."""
    run = make_run()
    category = Category.objects.create(code="TEQ", name="Tequila")
    Customer.objects.filter(pk=alpha.pk).update(name=f"{MARK} Markets")
    alpha.refresh_from_db()
    account_result(run, alpha)
    store_result(run, alpha_store, category)
    account_result(run, beta, rank=2)
    entries = fill_dossier(alpha, alice)
    twin = Customer.objects.create(
        code="ALPHA-2", name=f"{MARK} Market", kam=alice, territory=territories["north"], region=region
    )
    people = [Contact.objects.create(customer=alpha, name=f"{MARK} {number}") for number in range(3)]
    for record_type, one, other in (
        ("accounts.customer", alpha, twin),
        ("accounts.contact", entries["contact"], people[0]),
    ):
        DuplicateProposal.objects.create(
            record_type=record_type, low_id=one.pk, high_id=other.pk, score=0.9, reasons=[]
        )
    merge = merge_contacts(
        by=alice, kept=people[1], merged=people[2], versions=versions_of(people[1], people[2])
    )
    return {
        "entries": entries, "run": run, "category": category, "merge": merge,
        "pairs": {"customers": (alpha, twin), "contacts": (entries["contact"], people[0])},
    }  # fmt: skip


class Writes(list[str]):
    """The statements that changed something while it listened."""

    @contextmanager
    def watched(self) -> Iterator[None]:
        def note(execute: Any, sql: str, *more: Any) -> Any:
            if WRITES.match(sql) and "django_session" not in sql:
                self.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(note):
            yield


ACTS = {
    "plan_step": ["approve", "draft"],
    "action_tick": ["tick", "untick"],
    "case_done": ["done", "open"],
}


#: What an address needs besides.
ASKS = {"timeline_older": "?before=2022-10-31~talk:000000000001"}


def kwargs_of(pattern: URLPattern, foreign: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every filling of an address of the dossier; a part that nobody knows here is an error."""
    rows: list[dict[str, Any]] = [{}]
    names = set(pattern.pattern.converters)
    for parts, values in _choices(pattern, foreign):
        if parts <= names:
            names -= parts
            rows = [{**row, **more} for row in rows for more in values()]
    assert not names, f"{pattern.pattern}: say here what {names} can be"
    return rows


def _choices(pattern: URLPattern, foreign: dict[str, Any]) -> list[tuple[set[str], Any]]:
    """Return the parts of addresses, those that belong together first, and what they can be."""
    route, entries = str(pattern.pattern), foreign["entries"]
    kinds = ["csv", "xlsx"] if route.endswith("<str:kind>") else entries

    def number() -> int:  # of <code>/-/<kind of entry>/<pk>/…
        kind = route.split("/")[2]
        return entries[kind if kind in entries else kind.removesuffix("s")].pk

    merge = {"pk": foreign["merge"].pk} if route.startswith("-/merges/") else None
    return [
        ({"code"}, lambda: [{"code": "ALPHA"}]),
        (
            {"kind", "kept", "merged"},
            lambda: [
                {"kind": kind, "kept": one.pk, "merged": other.pk}
                for kind, (one, other) in foreign["pairs"].items()
            ],
        ),
        ({"kind", "pk"}, lambda: [{"kind": kind, "pk": entry.pk} for kind, entry in entries.items()]),
        ({"what", "kind"}, lambda: [{"what": what, "kind": "csv"} for what in ("category", "product")]),
        ({"kind"}, lambda: [{"kind": kind} for kind in kinds]),
        ({"pk"}, lambda: [merge or {"pk": number()}]),
        (
            {"section", "piece"},
            lambda: [{"section": one, "piece": next(iter(pieces))} for one, pieces in PIECES.items()],
        ),
        ({"field"}, lambda: [{"field": "history"}]),
        ({"act"}, lambda: [{"act": act} for act in ACTS[pattern.name or ""]]),
        ({"tab"}, lambda: [{"tab": panel.key} for panel in PANELS[1:]]),
        ({"year"}, lambda: [{"year": 2022}]),
        ({"name"}, lambda: [{"name": entries["document"].file.name}]),
    ]


def addresses(foreign: dict[str, Any]) -> list[tuple[str, str]]:
    """Return all addresses about the foreign account, each with the same one of nobody's account."""
    found = []
    for pattern in account_urls.urlpatterns:
        for kwargs in kwargs_of(pattern, foreign) if pattern.pattern.converters else []:
            nobodys = {"code": "NOBODY"} if "code" in kwargs else dict.fromkeys(set(kwargs) - {"kind"}, 2**40)
            name, asked = f"accounts:{pattern.name}", ASKS.get(pattern.name or "", "")
            found.append(
                (reverse(name, kwargs=kwargs) + asked, reverse(name, kwargs=kwargs | nobodys) + asked)
            )
    return found


@pytest.mark.parametrize("who", OTHERS)
def test_every_address_of_a_foreign_account_answers_as_if_there_were_none(client, request, foreign, sam, who):
    client.force_login(request.getfixturevalue(who))
    writes, wrong = Writes(), []
    for method in ("get", "post"):
        for address, nobodys in addresses(foreign):
            cache.clear()
            with writes.watched():
                found = getattr(client, method)(address, {"version": 1, "every_days": 7})
                unknown = getattr(client, method)(nobodys, {"version": 1, "every_days": 7})
            # What a role may never do is refused before anything is looked up.
            is_of_code = address.startswith("/accounts/ALPHA/")
            allowed = (404, 405) if is_of_code and who not in NEVER else (403, 404, 405)
            if found.status_code != unknown.status_code or found.status_code not in allowed:
                wrong.append((method, address, found.status_code, unknown.status_code))
            if found.status_code < 400 or MARK in found.text:
                wrong.append((method, address, "tells of it"))
    assert wrong == []
    assert writes == []


def test_the_same_addresses_lead_to_something_for_whoever_answers_for_the_account(client, alice, foreign):
    """Otherwise the test above would find nothing wrong in addresses that are wrong."""
    client.force_login(alice)
    refused = []
    for address, _nobodys in addresses(foreign):
        status = client.get(address).status_code
        if status not in (200, 302, 405):
            refused.append((address, status))
    # Only who organises hands over and archives; who answers for a customer does not merge customers.
    organising = ("hand-over/", "archive/", "restore/", "/customers/")
    assert [one for one in refused if not any(part in one[0] for part in organising)] == []


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("panel", [panel.key for panel in PANELS])
def test_no_tab_is_given_to_htmx_either(client, request, foreign, sam, who, panel):
    client.force_login(request.getfixturevalue(who))
    address = "/accounts/ALPHA/" if panel == PANELS[0].key else f"/accounts/ALPHA/{panel}/"
    for headers in ({"HX-Request": "true", "HX-Target": "dossier-part"}, {"HX-Request": "true"}):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 404 and MARK not in answer.text


def plain_pages(resolver: URLResolver | None = None, before: str = "/") -> list[str]:
    """Return the addresses of all pages without a part to fill in."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if "<" in route or "(" in route or "^" in route:
            continue
        if isinstance(entry, URLResolver):
            found += plain_pages(entry, route)
        else:
            found.append(route.replace("\\Z", "").replace("$", ""))
    left_out = ("/logout/", "/django-admin/", "/api/", "/readyz", "/healthz", "/i18n/", "/auth/")
    return [route for route in found if not route.startswith(left_out)]


ASKED = ("", "?q=zanzibar", "?kind=contacts", "?export=csv")


def told(client: Any) -> dict[str, tuple[int, str]]:
    """Return the answers to all plain addresses, without what is new in every answer."""
    found = {}
    for route in plain_pages():
        for query in ASKED:
            cache.clear()
            answer = client.get(route + query)
            content = answer.getvalue() if answer.streaming else answer.content
            text = content.decode("utf-8", "replace") if b"xl/workbook" not in content else ""
            text = re.sub(r'name="(csrfmiddlewaretoken|form_key)" value="[^"]*"', "", text)
            text = re.sub(r'(data-csrf|nonce|name="csrf-token" content)="[^"]*"|[0-9a-f-]{36}', "", text)
            found[route + query] = (answer.status_code, text)
    return found


@pytest.mark.parametrize("who", ["bob", "sam"])
def test_no_page_list_count_search_or_file_is_another_because_of_a_foreign_dossier(
    client, request, alice, alpha, alpha_store, beta, beta_store, sam, who
):
    run = make_run()
    account_result(run, beta)
    fill_dossier(beta, request.getfixturevalue("bob"))
    client.force_login(request.getfixturevalue(who))
    assert "/accounts/" in plain_pages() and "/search/" in plain_pages() and "/" in plain_pages()
    before = told(client)
    entries = fill_dossier(alpha, alice)
    twin = Contact.objects.create(customer=alpha, name=f"{MARK} 2")
    DuplicateProposal.objects.create(
        record_type="accounts.contact", low_id=entries["contact"].pk, high_id=twin.pk, score=0.9, reasons=[]
    )
    RecordMerge.objects.create(record_type="accounts.customer", kept_id=alpha.pk, merged_id=0, by=alice)
    after = told(client)
    assert [address for address in before if before[address] != after[address]] == []
    assert before["/accounts/"][0] == before["/search/?q=zanzibar"][0] == 200


# --- the API ---------------------------------------------------------------------------------------------


def endpoints() -> dict[str, Any]:
    """Return the endpoints whose rows name a customer or one of its stores."""
    found = {}
    for prefix, viewset, basename in router.registry:
        serializer = getattr(viewset, "serializer_class", None)
        names = set(serializer().fields) if serializer else set()
        if names & {"customer_code", "store_code"} or prefix == "customers":
            found[prefix] = (viewset, basename)
    return found


def record_of(viewset: Any, foreign: dict[str, Any], alice: User, alpha: Customer) -> Any:
    """Return a record of the foreign account for an endpoint."""
    model = viewset.queryset.model if viewset.queryset is not None else viewset.serializer_class.Meta.model
    for kind in record_kinds():
        if kind.model is model:
            return foreign["entries"][kind.key]
    if model is Customer:
        return alpha
    found = model._base_manager.filter(**{_way(model): alpha}).first()
    if found is not None:
        return found
    store, category = alpha.stores.get(), foreign["category"]
    product, _made = Product.objects.get_or_create(code="P1", defaults={"name": "P", "category": category})
    known = {
        Customer: alpha, User: alice, ImportBatch: committed_batch(), type(store): store,
        Category: category, Product: product, type(foreign["run"]): foreign["run"],
    }  # fmt: skip
    live = {"is_live": True} if any(field.name == "is_live" for field in model._meta.fields) else {}
    return fill(model, known, **live, **_special(model, store, category, alpha))


def _special(model: Any, store: Any, category: Category, alpha: Customer) -> dict[str, Any]:
    """Values of models whose constraints ask for some, or for none beside others."""
    if model in (Inspection, Measure):
        flag, _made = Flag.objects.get_or_create(
            store=store, category=category, defaults={"opened_on": DAY, "moved_on": DAY}
        )
        return {"flag": flag}
    if model is Proposal:
        round_ = SelectionRound.objects.create(
            effective_on=DAY, state="approved", opened_by=alpha.kam, opened_on=DAY, closed_on=DAY
        )
        return {"round": round_, "decided_by": None}
    return {
        PotentialEstimate: {"customer": None},
        Target: {"kam": None},
        PriceTerm: {"store": None, "region": None},
        Flag: {"outcome": "", "state": "flagged"},
        LotShipment: {"territory": alpha.territory},
    }.get(model, {})


def _way(model: Any) -> str:
    """Return the path from a record to its customer."""
    names = {field.name for field in model._meta.fields}
    if model is PotentialEstimate or "customer" not in names:
        return "flag__store__customer" if "flag" in names else "store__customer"
    return "customer"


def rows_in(answer: Any) -> int:
    if answer.status_code == 403:
        return 0
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    return len(shown["results"] if isinstance(shown, dict) else shown)


def calls_on(basename: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield method and address of everything an endpoint does with one record."""
    for pattern in router.urls:
        names = set(pattern.pattern.regex.groupindex)
        if not (pattern.name or "").startswith(f"{basename}-") or len(names) != 1:
            continue
        if "-".join(pattern.name.split("-")[: basename.count("-") + 1]) != basename:
            continue
        address = reverse(pattern.name, kwargs={names.pop(): key})
        for method in pattern.callback.actions:
            if method != "options":
                yield method, address


def key_of(viewset: Any, record: Any) -> str:
    value = record
    for part in (viewset.lookup_field or "pk").split("__"):
        value = getattr(value, part)
    return str(value)


@pytest.mark.parametrize("prefix", endpoints())
def test_the_api_knows_nothing_of_a_foreign_account(request, foreign, alice, alpha, dora, sam, prefix):
    viewset, basename = endpoints()[prefix]
    record = record_of(viewset, foreign, alice, alpha)
    key, api = key_of(viewset, record), APIClient()
    api.force_authenticate(alice)
    listed = reverse(f"{basename}-list")
    if prefix not in OF_SUPERVISORS:
        assert rows_in(api.get(listed)) >= 1, "the one who answers for the account sees the record"
    calls = list(calls_on(basename, key))
    for method, address in calls:
        if method == "get" and prefix not in OF_SUPERVISORS:
            assert api.get(address).status_code == 200, address
    api.force_authenticate(dora)
    assert rows_in(api.get(listed)) >= 1, "the director sees every account's records"
    for who in OTHERS:
        if who == "rex" and prefix in VISITED:
            continue
        api.force_authenticate(request.getfixturevalue(who))
        answer, writes = api.get(listed), Writes()
        text = answer.content.decode()
        assert "ALPHA" not in text and MARK not in text, who
        asked = api.get(listed, {"customer": "ALPHA"})
        nobody = api.get(listed, {"customer": "NOBODY"})
        assert (asked.status_code, asked.content) == (nobody.status_code, nobody.content), who
        with writes.watched():
            statuses = {
                (method, address): getattr(api, method)(
                    address, None if method == "get" else {"version": 1}, format="json",
                    headers={"Idempotency-Key": f"{who}-{number}"},
                ).status_code
                for number, (method, address) in enumerate(calls)
            }  # fmt: skip
        allowed = {403, 404} if who in NEVER else {404}
        # What nobody of a role may do is refused before anything is looked up.
        wrong = {call: status for call, status in statuses.items() if status not in allowed}
        assert {
            call: status for call, status in wrong.items() if call[0] == "get" or status not in (403, 405)
        } == {}
        assert [sql for sql in writes if "idempot" not in sql] == [], who


@pytest.mark.parametrize("prefix", endpoints())
def test_the_api_takes_nothing_into_a_foreign_account_and_says_so_as_of_none(
    request, foreign, alice, alpha, sam, prefix
):
    viewset, basename = endpoints()[prefix]
    if "post" not in viewset.http_method_names or prefix == "customers":
        pytest.skip("Nothing is added here.")
    names, listed, api = set(viewset.serializer_class().fields), reverse(f"{basename}-list"), APIClient()
    for who in ("bob", "sam"):
        api.force_authenticate(request.getfixturevalue(who))
        answers = []
        for customer, store in (("ALPHA", "A1"), ("NOBODY", "N1")):
            body = {"customer_code": customer, "store_code": store}
            answer = api.post(
                listed, {name: value for name, value in body.items() if name in names}, format="json",
                headers={"Idempotency-Key": f"{who}-{customer}"},
            )  # fmt: skip
            assert answer.status_code in (400, 403, 404, 405), answer.content
            answers.append(re.sub(rf"{customer}|\b{store}\b", "·", answer.content.decode()))
        assert answers[0] == answers[1]


@pytest.mark.parametrize("who", OTHERS)
def test_duplicates_and_merges_of_a_foreign_account_are_not_listed(request, foreign, sam, who):
    api = APIClient()
    api.force_authenticate(request.getfixturevalue(who))
    for address in ("/api/v1/duplicates/", "/api/v1/duplicates/?type=contact", "/api/v1/merges/"):
        answer = api.get(address)
        assert answer.status_code in ((200, 403) if who in NEVER else (200,)), answer.content
        assert MARK not in answer.content.decode() and "ALPHA" not in answer.content.decode()
    assert api.get(f"/api/v1/merges/{foreign['merge'].pk}/").status_code in (403, 404)


def test_counts_are_of_what_one_may_see(client, bob, alice, foreign, alpha_store):
    Observation.objects.create(
        store=alpha_store, category=foreign["category"], date="2022-10-03", total_units=10, own_units=1
    )
    for viewer, accounts in ((bob, 1), (alice, 2)):
        cache.clear()
        client.force_login(viewer)
        assert client.get("/accounts/").context["total"] == accounts
