"""What the page of one file shows: its columns, its questions, its errors, what loading would do."""

import datetime as dt
import json
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from ka_crm.imports.forms import fields_by_column
from ka_crm.imports.importer import Importer
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.dates import FORMATS
from ka_crm.imports.rules.fields import DATES, NUMBERS
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.lib.shown import money_text, number_text

_FIRST_ROWS = 3
_SAMPLE_DAY = dt.date(2022, 10, 31)
#: One click that cures all rows of a reason.
_CURES = {
    reasons.UNKNOWN_CUSTOMER: ("customers", gettext_noop("Create the missing customers")),
    reasons.UNKNOWN_STORE: ("stores", gettext_noop("Create the missing stores")),
    reasons.UNKNOWN_PRODUCT: ("products", gettext_noop("Create the missing products")),
}
#: Reasons that reading dates or numbers in another form may cure.
_FORM_REASONS = {
    "date_format": (reasons.NOT_A_DATE, reasons.WRONG_DATE_FORM),
    "decimal": (reasons.NOT_A_NUMBER, reasons.WRONG_SIGN_OF_DECIMALS),
}
_HOW = {
    "remembered": gettext_noop("remembered"),
    "guessed": gettext_noop("guessed, please check"),
    "chosen": gettext_noop("chosen"),
}
_MADE = {
    "customers": gettext_noop("New customers"),
    "stores": gettext_noop("New stores"),
    "products": gettext_noop("New products"),
    "categories": gettext_noop("New categories"),
    "channel": gettext_noop("New channels"),
    "format": gettext_noop("New formats"),
    "region": gettext_noop("New regions"),
    "territory": gettext_noop("New territories"),
}


def column_rows(batch: ImportBatch, importer: type[Importer], mapping: Mapping) -> list[dict[str, Any]]:
    """Return one row per column of the file: header, first values, our field, how we know."""
    page = batch.report.get("page", {})
    headers, how = page.get("headers", []), page.get("how", {})
    fields = fields_by_column(mapping, headers)
    rows = []
    for number, header in enumerate(headers, start=1):
        field = fields.get(number, "")
        proposed, word = how.get(str(number), ("", ""))
        if field != proposed:
            word = "chosen" if field else ""
        rows.append(
            {
                "number": number,
                "header": header or _("Column %(number)d") % {"number": number},
                "example": next((text for text in page["examples"][number - 1] if text), ""),
                "field": field,
                "how": _(_HOW[word]) if word else _("not taken"),
                "is_guess": word == "guessed",
                "choices": [
                    {
                        "name": item.name,
                        "label": _(item.label),
                        "is_chosen": item.name == field,
                        "required": item.required,
                    }
                    for item in importer.fields
                ],
            }
        )
    return rows


def needed_rows(missing: list[str], importer: type[Importer]) -> list[dict[str, str]]:
    """Return the required fields without a column: name (empty where it takes several) and sentence."""
    labels = {item.name: _(item.label) for item in importer.fields}
    rows = []
    for text in missing:
        name = text.split(" ", 1)[0]
        label, more = labels.get(name, name), text[len(name) :]
        for field, words in labels.items():
            more = more.replace(field, words)
        rows.append({"name": name, "label": f"{label}{more}"})
    return rows


def constants_of(mapping: Mapping, importer: type[Importer]) -> list[dict[str, str]]:
    """Return the fields that are the same in all rows, and those that are asked about the whole file."""
    constants = mapping.constants
    return [
        {"name": item.name, "label": _(item.label), "value": constants.get(item.name, "")}
        for item in importer.fields
        if item.name in constants or (item.of_whole_file and item.name not in mapping.columns)
    ]


def value_forms(mapping: Mapping, importer: type[Importer]) -> dict[str, Any]:
    """Return how dates and numbers are read, and what else could be chosen."""
    types = {item.type for item in importer.fields}
    dates = [
        {"value": "", "label": _("year-month-day, like 2022-10-31"), "is_chosen": not mapping.date_format}
    ]
    known = (
        FORMATS
        if not mapping.date_format or mapping.date_format in FORMATS
        else (mapping.date_format, *FORMATS)
    )
    dates += [
        {"value": form, "label": _SAMPLE_DAY.strftime(form), "is_chosen": form == mapping.date_format}
        for form in known
    ]
    decimals = [
        {"value": ".", "label": _("point, like 1,234.50"), "is_chosen": mapping.decimal == "."},
        {"value": ",", "label": _("comma, like 1.234,50"), "is_chosen": mapping.decimal == ","},
    ]
    return {
        "dates": dates if types & set(DATES) else [],
        "decimals": decimals if types & set(NUMBERS) else [],
        "date_now": next(item["label"] for item in dates if item["is_chosen"]),
        "decimal_now": next(item["label"] for item in decimals if item["is_chosen"]),
        "has_header": mapping.header,
    }


def open_questions(report: dict[str, Any], mapping: Mapping) -> bool:
    """Whether nothing may be loaded before a person has decided."""
    return any(item["code"] == "overlap" for item in report.get("questions", [])) and not mapping.overlap


def questions_of(report: dict[str, Any], mapping: Mapping) -> list[dict[str, Any]]:
    """Return what only a person can decide, each with buttons that answer it."""
    shown = []
    for question in report.get("questions", []):
        if question["code"] != "overlap":
            continue  # the table of columns and the groups of errors ask the others
        shown.append(
            {
                "code": question["code"],
                "text": _(question["text"]),
                "values": question["values"],
                "sums": question.get("sums"),
                "options": [
                    {"answer": json.dumps(option), "label": _option_label(option)}
                    for option in question["options"]
                ],
            }
        )
    if report.get("question") == "encoding":
        options = ("utf-8", "cp1252", "gb18030", "utf-16", "shift_jis")
        shown.append(
            {
                "code": "encoding",
                "text": _("In which encoding was the file written?"),
                "values": [],
                "options": [{"answer": json.dumps({"encoding": name}), "label": name} for name in options],
            }
        )
    return shown


def groups_of(report: dict[str, Any], importer: type[Importer]) -> list[dict[str, Any]]:
    """Return rejected rows by reason: count, value, first rows, and the click that cures all."""
    options = {item["code"]: item["options"] for item in report.get("questions", [])}
    labels = {item.name: _(item.label) for item in importer.fields}
    groups = []
    for group in report.get("groups", []):
        errors = [
            error
            for error in report.get("errors", [])
            if (error["reason"], error["field"]) == (group["reason"], group["field"])
        ]
        cures = []
        if group["reason"] in _CURES:
            what, words = _CURES[group["reason"]]
            cures.append({"answer": json.dumps({"create_missing": [what]}), "label": _(words)})
        for code, found in _FORM_REASONS.items():
            if group["reason"] in found:
                cures += [
                    {"answer": json.dumps(item), "label": _option_label(item)}
                    for item in options.get(code, [])
                ]
        reason = _(group["reason"])
        groups.append(
            {
                "title": reason[:1].upper() + reason[1:],
                "field": labels.get(group["field"], ""),
                "count": group["count"],
                "value_scaled": group["value_scaled"],
                "has_value": bool(importer.value_field),
                "rows": [{**error, "reason": _(error["reason"])} for error in errors[:_FIRST_ROWS]],
                "more": [{**error, "reason": _(error["reason"])} for error in errors[_FIRST_ROWS:20]],
                "beyond": max(group["count"] - min(len(errors), 20), 0),
                "cures": cures,
            }
        )
    return groups


def outcome_of(report: dict[str, Any]) -> dict[str, Any]:
    """Return what loading would do: rows by fate, and how many rows the button loads."""
    loaded = report.get("created", 0) + report.get("updated", 0)
    names = {
        "created": _("Created"),
        "updated": _("Updated"),
        "unchanged": _("Unchanged"),
        "skipped": _("Skipped"),
        "rejected": _("Rejected"),
    }
    rows = [
        {
            "name": name,
            "label": label,
            "count": report.get(name, 0),
            "value_scaled": report.get("value_rejected_scaled", 0) if name == "rejected" else None,
        }
        for name, label in names.items()
    ]
    return {
        "rows": rows,
        "all": report.get("rows", 0),
        "loaded": loaded,
        "good_label": ngettext("Load %(count)s row", "Load %(count)s rows", loaded)
        % {"count": number_text(loaded)},
        "rejected": report.get("rejected", 0),
        "value_rejected_scaled": report.get("value_rejected_scaled", 0),
        "share_changed": report.get("updated", 0),
    }


def touches_of(report: dict[str, Any]) -> list[dict[str, str]]:
    """Return what the file reaches, as facts: months, stores, customers, products, returns, what is made."""
    touches = report.get("touches") or {}
    facts = []
    months = [day for day in (parse_date(text) for text in touches.get("months", [])) if day]
    if months:
        first, last = date_format(months[0], "F Y"), date_format(months[-1], "F Y")
        label = _("Month") if len(months) == 1 else _("Months")
        value = first if len(months) == 1 else f"{first} – {last}"
        facts.append({"label": label, "value": value})
    for name, label in (
        ("records", _("Records")),
        ("customers", _("Customers")),
        ("stores", _("Stores")),
        ("products", _("Products")),
        ("categories", _("Categories")),
    ):
        if touches.get(name):
            facts.append({"label": label, "value": number_text(touches[name])})
    returns = touches.get("returns") or {}
    if returns.get("lines"):
        text = ngettext("%(count)s row", "%(count)s rows", returns["lines"]) % {
            "count": number_text(returns["lines"])
        }
        if "value_scaled" in returns:
            text += f", {money_text(returns['value_scaled'], decimals=2)}"
        facts.append({"label": _("Returns"), "value": text})
    for name, count in (report.get("made") or {}).items():
        label = _(_MADE[name]) if name in _MADE else name
        facts.append({"label": label, "value": number_text(count)})
    return facts


def warnings_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is kept as the file has it although somebody should know."""
    return [{"text": _(note["text"]), "count": note["count"]} for note in report.get("warnings", [])]


def _option_label(option: dict[str, Any]) -> str:
    if "date_format" in option:
        return _("Read as %(form)s") % {"form": _SAMPLE_DAY.strftime(option["date_format"])}
    if "decimal" in option:
        return _("Point: 1,234.50") if option["decimal"] == "." else _("Comma: 1.234,50")
    if "overlap" in option:
        return _("Replace what is there") if option["overlap"] == "replace" else _("Add to what is there")
    return ", ".join(f"{key}: {value}" for key, value in option.items())
