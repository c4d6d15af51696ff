"""Sample data of the gallery: invented people, figures in the order of size of the demo company."""

import math
from random import Random
from typing import Any

MARKET = 0.304
QUADRANTS = ("attack", "defend", "explore", "maintain", "monitor")
#: name, short name, own and total in thousand, rank by own, rank by total
_SLOPE = (
    ("Hy-Vee", "", 2040, 8134, 1, 1),
    ("Central City", "", 667, 2038, 2, 2),
    ("Sam's Club", "", 509, 2006, 3, 3),
    ("Casey's", "", 410, 559, 4, 8),
    ("Another Round", "", 244, 562, 5, 7),
    ("Walmart", "", 232, 1027, 6, 4),
    ("Wilkie Liquors", "", 201, 490, 7, 10),
    ("I-80 Liquor", "", 144, 272, 8, 12),
    ("Costco", "", 127, 564, 9, 6),
    ("Benz Distributing", "Benz", 124, 508, 10, 9),
    ("Fareway", "", 122, 662, 11, 5),
    ("Target", "", 46, 305, 26, 11),
    ("Wall to Wall Wine & Spirits", "Wall to Wall", 24, 229, 47, 14),
)


def _slope() -> dict[str, Any]:
    rows = [
        {
            "code": name,
            "name": name,
            "short": short,
            "url": "#",
            "quadrant": "attack" if own / total < MARKET else "defend",
            "own": own * 1000,
            "total": total * 1000,
            "share": own / total,
            "rank_own": rank_own,
            "rank_total": rank_total,
        }
        for name, short, own, total, rank_own, rank_total in _SLOPE
    ]
    words = {
        "quadrants": {
            "attack": "attack: large buyer, our share below market",
            "defend": "defend: large buyer, at or above",
        }
    }
    return {
        "meta": {"market_share": MARKET, "currency_sign": "$"},
        "size": 10,
        "telling": _SLOPE[-1][0],
        "words": words,
        "rows": rows,
    }


def _quadrant(share: float, total: float) -> str:
    if total >= 58_300:
        return "attack" if share < MARKET else "defend"
    return "monitor" if share < MARKET else "maintain"


def _scatter() -> dict[str, Any]:
    dice = Random(14)  # noqa: S311 (sample data)
    rows = [{**row, "label": row["name"] != "Benz Distributing"} for row in _slope()["rows"]]
    for number in range(560):
        total = math.exp(dice.gauss(9.4, 1.35))
        share = min(max(dice.gauss(0.36, 0.2), 0.0), 1.0)
        rows.append(
            {
                "code": f"S{number}",
                "name": f"Store {number}",
                "url": "#",
                "own": share * total,
                "total": total,
                "share": share,
                "quadrant": _quadrant(share, total),
                "hollow": number % 37 == 0,
                "gap": max(MARKET - share, 0) * total,
            }
        )
    corners = {
        "attack": {
            "title": "Attack 21",
            "lines": ["buy $15.01 M, 24 % ours", "gap to market share about $1.00 M"],
        },
        "defend": {"title": "Defend 32", "lines": ["buy $6.84 M, 42 % ours", "35 % of our sales"]},
        "monitor": {"title": "Monitor 261", "lines": ["buy $2.56 M, 19 % ours"]},
        "maintain": {"title": "Maintain 328", "lines": ["buy $2.88 M, 48 % ours"]},
    }
    meta = {
        "market_share": MARKET,
        "class_a_from": 58_300,
        "currency_sign": "$",
        "insufficient_text": "16 without enough data are hollow.",
        "brush_links": [{"label": "Open as list", "url": "#"}],
    }
    return {"meta": meta, "corners": corners, "rows": rows}


def _concentration() -> dict[str, Any]:
    def cumulative(first: float, steepness: float) -> list[float]:
        return [
            min(first + (1 - first) * (math.log(rank) / math.log(642)) ** steepness, 1.0)
            for rank in range(1, 643)
        ]

    points = [
        {"rank": 1, "text": "Hy-Vee 25 %"},
        {"rank": 9, "text": "9 customers make 55 %"},
        {"rank": 59, "text": "59 make 80 %: class A ends"},
    ]
    return {
        "own": cumulative(0.25, 1.05),
        "total": cumulative(0.30, 1.0),
        "band": [0.3, 0.55],
        "points": points,
    }


def _history() -> dict[str, Any]:
    ours = (7, 4, 8, 9, 10, 7, 9, 9.5, 10.5, 9, 12, 14.5, 13, 14, 14, 14.2, 13, 10.5, 8, 7.8)
    market = (
        36.5,
        35.5,
        38.5,
        38,
        36.5,
        32.5,
        30.5,
        32,
        35,
        34.5,
        32.5,
        32,
        32.5,
        33,
        30.5,
        29.5,
        30,
        28,
        27.8,
        27,
    )
    rows = [
        {
            "on": f"{2021 + (2 + step) // 12}-{(2 + step) % 12 + 1:02}-01",
            "share": ours[step] / 100,
            "low": ours[step] / 100 * 0.7,
            "high": ours[step] / 100 * 1.35,
            "market": market[step] / 100,
        }
        for step in range(len(ours))
    ]
    return {
        "meta": {"quadrant": "attack"},
        "words": {"ours": "ours, now 7.8 %", "market": "market, now 27.0 %", "visits": "visits, about 19 %"},
        "rows": rows,
        "events": [
            {"on": "2022-08-01", "text": "flagged 1 Aug"},
            {"on": "2022-10-28", "text": "measure 28 Oct"},
        ],
        "visits": [
            {"on": "2022-10-31", "share": 0.27},
            {"on": "2022-11-07", "share": 0.17},
            {"on": "2022-11-10", "share": 0.14},
        ],
        "visits_interval": {"on": "2022-11-07", "low": 0.08, "high": 0.40},
    }


def _flow() -> dict[str, Any]:
    moves = (
        ("attack", "attack", 16),
        ("attack", "defend", 3),
        ("attack", "monitor", 2),
        ("attack", "maintain", 1),
        ("defend", "defend", 27),
        ("defend", "attack", 2),
        ("defend", "maintain", 1),
        ("maintain", "defend", 2),
        ("maintain", "maintain", 290),
        ("maintain", "monitor", 24),
        ("monitor", "monitor", 240),
        ("monitor", "maintain", 34),
    )
    keys = ("attack", "defend", "maintain", "monitor")
    return {
        "words": {"from": "run 13, 1 Aug 2022", "to": "run 14, 1 Nov 2022"},
        "nodes": [{"key": key, "label": key.capitalize(), "quadrant": key} for key in keys],
        "flows": [
            {"from": before, "to": after, "count": count, "url": "#"} for before, after, count in moves
        ],
    }


def _accounts() -> list[dict[str, Any]]:
    second = ("Grocery chain, 173 stores", "Independent, Cedar Rapids", "Warehouse club, 9 stores")
    certainty = ("surely_below", "surely_below", "probably_below")
    return [
        {
            "name": name,
            "second": second[index % 3],
            "own": own * 10_000_000,
            "total": total * 10_000_000,
            "share": own / total,
            "gap": max(int((MARKET - own / total) * total * 10_000_000), 0) or None,
            "quadrant": "attack" if own / total < MARKET else "defend",
            "certainty": certainty[index % 3] if own / total < MARKET else "at_or_above",
            "rank_own": rank_own,
            "rank_total": rank_total,
            "kam": ("Dana Whitfield", "Joel Tran", "Lucia Serrano")[index % 3],
            "low": own / total - 0.06,
            "high": own / total + 0.05,
            "points": [own / total * (1 + 0.25 * math.sin(index + step)) for step in range(12)],
        }
        for index, (name, _short, own, total, rank_own, rank_total) in enumerate(_SLOPE[:8] + _SLOPE[-1:])
    ]


def _compare() -> list[dict[str, Any]]:
    own = sorted((row for row in _SLOPE), key=lambda row: row[4])[:10]
    total = sorted((row for row in _SLOPE), key=lambda row: row[5])[:10]
    own_names, total_names = {row[0] for row in own}, {row[0] for row in total}

    def side(row: tuple[Any, ...], rank: int, others: set[str], kind: str) -> dict[str, Any]:
        quadrant = "attack" if row[2] / row[3] < MARKET else "defend"
        return {
            "name": row[0],
            "rank": rank,
            "quadrant": quadrant,
            "kind": "kept" if row[0] in others else kind,
        }

    return [
        {"own": side(left, rank, total_names, "misfiled"), "total": side(right, rank, own_names, "missed")}
        for rank, (left, right) in enumerate(zip(own, total, strict=True), start=1)
    ]


def everything() -> dict[str, Any]:
    """Return the context of the gallery page."""
    share = {"own": 0.251, "market": MARKET, "quadrant": "attack", "certainty": "surely_below"}
    return {
        "market": MARKET,
        "quadrants": QUADRANTS,
        "certainties": ("surely_below", "probably_below", "at_or_above", "too_early", "no_market"),
        "accounts": _accounts(),
        "compare": _compare(),
        "charts": {
            "slope": _slope(),
            "scatter": _scatter(),
            "concentration": _concentration(),
            "share_history": _history(),
            "flow": _flow(),
        },
        "tabs": [
            {"label": "Mine", "url": "#", "count": 9},
            {"label": "Attack", "url": "#", "count": 21, "active": True},
            {"label": "Missed by the sales list", "url": "#", "count": 6},
            {"label": "Late promises", "url": "#", "count": 4},
            {"label": "All", "url": "#", "count": 642},
        ],
        "views": [
            {"label": "List", "url": "#", "icon": "list", "active": True},
            {"label": "Board", "url": "#", "icon": "layout-kanban"},
            {"label": "Classes", "url": "#", "icon": "grid-dots"},
        ],
        "chips": [
            {"label": "Quadrant", "value": "Attack", "remove_url": "#"},
            {"label": "Potential", "value": "class A", "remove_url": "#"},
            {"label": "State", "value": "Iowa", "remove_url": "#"},
        ],
        "metrics": [
            {
                "label": "Our sales, Jan–Oct",
                "figure": "$1.63 M",
                "note": "−4.0 %",
                "url": "#",
                "bar": {
                    "value": 163,
                    "whole": 200,
                    "tick": 170,
                    "target": 180,
                    "label": "$1.63 M of $1.80 M target",
                },
                "lines": ["last year $1.70 M", "91 % of target so far"],
            },
            {
                "label": "Our share of $8.13 M a year",
                "figure": "25.1 %",
                "note": "market 30.4 %, surely below",
                "url": "#",
                "share": share,
                "lines": ["Gap to market share $434 k a year"],
                "wide": True,
            },
            {"label": "Gap to market share", "figure": "$433,745", "burning": True, "lines": ["a year"]},
            {"label": "On time in full", "figure": "93.4 %", "lines": ["last 90 days", "agreed 96 %"]},
            {"label": "Next talks", "figure": "Tue 22 Nov", "lines": ["in 8 days, terms 2023"], "url": "#"},
        ],
        "steps": [
            {"label": "File", "state": "done", "url": "#"},
            {"label": "Columns", "state": "done", "url": "#"},
            {"label": "Preview", "state": "current"},
            {"label": "Load", "state": "next"},
            {"label": "Result", "state": "next"},
        ],
        "life": [
            {"label": "Flagged", "state": "done", "lines": ["1 Aug, by rule", "$2,700 a month"]},
            {
                "label": "Inspected",
                "state": "done",
                "lines": ["12 Sep, Dana Whitfield", "1 facing of 22, no tag"],
            },
            {"label": "Measures", "state": "done", "lines": ["28 Oct, Marcus Bell", "second facing, $340"]},
            {
                "label": "Recovering",
                "state": "current",
                "lines": ["3 of 5 visits done", "two more to be sure"],
            },
            {"label": "Closed", "state": "next", "lines": ["with the effect against", "14 unflagged stores"]},
        ],
        "receipt": [
            {"label": "Buys at all", "value": "$229,376"},
            {"label": "Buys from us", "value": "$24,447"},
            {"label": "Market share", "value": "30.4 %"},
            {"label": "Gap, 30.4 % × $229,376 − $24,447", "value": "about $45,300"},
        ],
        "facts": [
            {"label": "Manager", "value": "Janet Polk"},
            {"label": "Delivery", "value": "Chariton, Tuesday"},
            {"label": "Format", "value": "Supermarket with spirits"},
        ],
        "job": {"label": "Run 15", "done": 420, "total": 642, "message": "shares of stores"},
        "actions": [{"label": "Send the proposal", "url": "#"}, {"label": "Move the date", "url": "#"}],
        "links": [{"label": "All moves", "url": "#"}],
        "help": {
            "id": "help-gap",
            "title": "Gap to market share",
            "text": "What we would sell more here if our share were the market's. It is not a forecast.",
            "formula": "gap = market share × what it buys − what it buys from us",
            "source": "criteria v3, run 14",
        },
    }
