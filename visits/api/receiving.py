"""From the JSON of visits to what operations take, and back: each visit stands for itself."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.people.models import User
from purchases.models import Category, Product
from visits.api.visit_serializers import AskSerializer, VisitSerializer
from visits.models import CheckPoint, Visit
from visits.operations import (
    BrandSeen,
    CheckSeen,
    CountSeen,
    Implausible,
    LotSeen,
    RecordedVisit,
    Seen,
    SentWithOtherContent,
    evaluate_visited,
    record_visit,
)
from visits.queries.visits import asides_of
from visits.rules.plausibility import Usual

Item = dict[str, Any]


class Unknown(Exception):
    """Codes that there are none of: field → text."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("some codes are unknown")
        self.problems = problems


class KnownCodes:
    """Records named by a batch of visits: one query for each kind, however many visits."""

    def __init__(self, by: User, items: Iterable[Item]) -> None:
        items = list(items)
        self.stores = _by(Store.objects.visited_by(by), "code", [item["store"] for item in items])
        self.categories = _by(Category.objects.all(), "code", _all(items, "counts", "category"))
        self.points = _by(CheckPoint.objects.all(), "pk", _all(items, "checks", "point"))
        self.products = _by(Product.objects.all(), "code", _all(items, "prices", "product"))

    def seen(self, item: Item) -> Seen:
        """Return one visit with its records. Raises ``Unknown``; the store must be a known one."""
        problems: dict[str, str] = {}
        for kind, name, found, text in (
            ("counts", "category", self.categories, _("There is no such category.")),
            ("checks", "point", self.points, _("There is no such check point.")),
            ("prices", "product", self.products, _("There is no such product.")),
        ):
            for place, line in enumerate(item.get(kind, ())):
                if line[name] not in found:
                    problems[f"{kind}.{place}.{name}"] = text
        if problems:
            raise Unknown(problems)
        return Seen(
            client_uuid=item["client_uuid"],
            store=self.stores[item["store"]],
            on=item["on"],
            kind=item["kind"],
            began_at=item.get("began_at"),
            note=item["note"],
            counts=[self._count(line) for line in item.get("counts", ())],
            checks=[
                CheckSeen(self.points[line["point"]], line["is_ok"], line["note"])
                for line in item.get("checks", ())
            ],
            prices=[(self.products[line["product"]], line["price"]) for line in item.get("prices", ())],
            lots=[LotSeen(line["lot"], line["supplied_by"]) for line in item.get("lots", ())],
            task=item.get("task"),
        )

    def _count(self, line: Item) -> CountSeen:
        return CountSeen(
            category=self.categories[line["category"]],
            total=line["total"],
            own=line["own"],
            is_certain=line["is_certain"],
            certain_reason=line["certain_reason"],
            brands=[BrandSeen(brand["name"], brand["units"]) for brand in line.get("brands", ())],
        )


def receive(by: User, bodies: list[Any]) -> list[Item]:
    """Keep visits one by one and return what became of each; their stores are evaluated once at the end."""
    read = [VisitSerializer(data=body) for body in bodies]
    for serializer in read:
        serializer.is_valid()
    known = KnownCodes(by, [one.validated_data for one in read if not one.errors])
    kept: list[RecordedVisit] = []
    outcomes = [_receive_one(by, body, one, known, kept) for body, one in zip(bodies, read, strict=True)]
    evaluate_visited(kept)
    return outcomes


def _receive_one(
    by: User, body: Any, read: VisitSerializer, known: KnownCodes, kept: list[RecordedVisit]
) -> Item:
    sent = str(body.get("client_uuid", ""))[:64] if isinstance(body, dict) else ""
    if read.errors:
        return _outcome(sent, 422, problems=_flat(read.errors))
    item = read.validated_data
    if item["store"] not in known.stores:
        return _outcome(sent, 404, problems={"store": [_("There is no such store.")]})
    try:
        recorded = record_visit(by=by, seen=known.seen(item), evaluate=False)
    except Unknown as unknown:
        return _outcome(sent, 422, problems={field: [text] for field, text in unknown.problems.items()})
    except PermissionDenied:
        return _outcome(sent, 404, problems={"store": [_("There is no such store.")]})
    except SentWithOtherContent:
        text = _("This client_uuid was used for another visit.")
        return _outcome(sent, 422, problems={"client_uuid": [text]})
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return _outcome(sent, 422, problems=error.message_dict)
        return _outcome(sent, 409, problems={"": error.messages})
    kept.append(recorded)
    status = 201 if recorded.is_new else 200
    return _outcome(sent, status, visit=recorded.visit, asks=_asks(recorded))


def _outcome(
    client_uuid: str,
    status: int,
    *,
    visit: Visit | None = None,
    problems: dict[str, list[str]] | None = None,
    asks: list[Item] | None = None,
) -> Item:
    return {
        "client_uuid": client_uuid,
        "status": status,
        "visit": visit.pk if visit else None,
        "problems": problems or {},
        "asks": asks or [],
    }


def _asks(recorded: RecordedVisit) -> list[Item]:
    """The counts kept aside; sent again, those that nobody has settled meanwhile."""
    if recorded.is_new:
        rows = [
            {"category": code, "total": doubt.total_units, "usual": _usual(doubt)}
            for code, doubt in recorded.doubts.items()
        ]
    else:
        rows = [
            {"category": count.category.code, "total": count.total_units, "usual": usual}
            for count, usual in asides_of(recorded.visit)
        ]
    return list(AskSerializer(rows, many=True).data)


def _usual(doubt: Implausible) -> Usual:
    return Usual(doubt.smallest, doubt.usual_units, doubt.largest)


def _flat(errors: Any, path: str = "") -> dict[str, list[str]]:
    """``{"counts": {0: {"own": [...]}}}`` → ``{"counts.0.own": [...]}``."""
    if isinstance(errors, dict):
        parts = errors.items()
    elif errors and isinstance(errors[0], dict):
        parts = enumerate(errors)  # type: ignore[assignment]
    else:
        return {path: [str(text) for text in errors]}
    found: dict[str, list[str]] = {}
    for key, value in parts:
        found |= _flat(value, f"{path}.{key}" if path else str(key)) if value else {}
    return found


def _by(rows: Any, field: str, wanted: Iterable[Any]) -> dict[Any, Any]:
    keys = set(wanted)
    return {getattr(row, field): row for row in rows.filter(**{f"{field}__in": keys})} if keys else {}


def _all(items: list[Item], kind: str, name: str) -> list[Any]:
    return [line[name] for item in items for line in item.get(kind, ())]
