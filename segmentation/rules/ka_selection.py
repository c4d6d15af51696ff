"""Who is a key account: types, gates, the score, and the list with its cap.

An account needs a reason (a type) and passes every gate: the 3P, margin, size. Those who do are ranked by
potential, or by score with a higher line to enter than to stay (docs/formulas/ka_selection.md).
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from ka_crm.criteria.rules.settings import COMPANY_MARGIN, KA_TYPES, CriteriaSettings
from segmentation.rules.abc import rank_order
from segmentation.rules.ka_length import list_length, nominations_allowed
from segmentation.rules.ka_scores import SUB_SCORES, BoolArray, FloatArray, Scores, SubScores, scores

TextArray = npt.NDArray[np.str_]

SCORE = "score"  #: reaches the score
TYPE = "type"  #: holds a type; the simple way, without a score
NOMINATED = "nominated"  #: image or expert account below the score, by an approved nomination
TENURE = "tenure"  #: a member whose first year is not over
NO = "no"
#: What can fail, in the order in which it is told.
FAILURES = ("veto", "type", "3P", "margin", "size")
#: Why somebody who fails nothing is not on the list.
BELOW_SCORE, OVER_CAP, OVER_NOMINATIONS = "score", "cap", "nominations"
_NOMINATED_TYPES = ("image", "expert")
_EQUAL = 1e-9


@dataclass(frozen=True)
class Candidates:
    """What the selection knows of n accounts; nan is unknown.

    Attributes:
        code: decides ties.
        value: what the list is ranked by in the simple way, potential in money.
        subs: sub-scores 0–100.
        profit_share: part of the company's gross profit; margin: gross profit / net sales.
        need, solvency, decision_power: 0, 1 or 2, by evidence younger than 12 months.
        buys: bought in the window; approved_budget: of a prospect.
        image, expert: what was found about the account, with evidence.
        already: on the list now; protected: and still within its tenure; veto: insolvent or fraudulent.
        nominated: an image or expert account that may enter below the score (approved).
    """

    code: TextArray
    value: FloatArray
    subs: SubScores
    profit_share: FloatArray
    margin: FloatArray
    need: FloatArray
    solvency: FloatArray
    decision_power: FloatArray
    buys: BoolArray
    approved_budget: BoolArray
    image: BoolArray
    expert: BoolArray
    already: BoolArray
    protected: BoolArray
    veto: BoolArray
    nominated: BoolArray


@dataclass(frozen=True)
class Selection:
    """What the selection found for n accounts.

    Attributes:
        types: n × 5 in the order of ``KA_TYPES``; failed: n × 5 in the order of ``FAILURES``.
        provisional: passes a gate only because something is not known yet.
        scores: score and contributions, also where the list is ranked by potential.
        decision: how the account may be on the list, before the cap.
        listed: is on the list; left_out: why not although nothing failed (score, cap, nominations).
        rank: place among those who may be on the list, from 1; 0 for the others.
        margin_applies: whether any margin was known; without one the gate is not applied.
    """

    types: BoolArray
    failed: BoolArray
    provisional: BoolArray
    scores: Scores
    decision: TextArray
    listed: BoolArray
    left_out: TextArray
    rank: npt.NDArray[np.int64]
    margin_applies: bool

    def types_of(self, row: int) -> list[str]:
        """Return the types that an account holds, in the order in which they are told."""
        return [name for name, holds in zip(KA_TYPES, self.types[row], strict=True) if holds]

    def failed_of(self, row: int) -> list[str]:
        """Return what an account failed, in order; empty where it failed nothing."""
        return [name for name, fails in zip(FAILURES, self.failed[row], strict=True) if fails]

    def explanation(self, row: int) -> dict[str, Any]:
        """Return everything about one account as plain JSON, as a result is stored and told."""
        score = float(self.scores.score[row])
        parts = zip(SUB_SCORES, self.scores.contributions[row].tolist(), strict=True)
        return {
            "types": self.types_of(row),
            "failed": self.failed_of(row),
            "decision": str(self.decision[row]),
            "listed": bool(self.listed[row]),
            "left_out": str(self.left_out[row]),
            "rank": int(self.rank[row]),
            "provisional": bool(self.provisional[row]),
            "score": round(score, 6) if np.isfinite(score) else None,
            "contributions": {name: round(part, 6) for name, part in parts if np.isfinite(part)},
        }


def select(
    candidates: Candidates,
    settings: CriteriaSettings,
    *,
    company_margin: float | None = None,
    kams: int | None = None,
) -> Selection:
    """Return who is a key account, and why everybody else is not.

    Args:
        company_margin: gross profit / net sales of the whole company, for a floor that follows it.
        kams: number of KAMs, for the cap where no length of the list is set; unknown or 0 = no cap.
    """
    found = scores(candidates.subs, candidates.buys, settings.score_weights)
    types = _types(candidates, settings)
    gates, provisional, margin_applies = _gates(candidates, settings, company_margin)
    failed = np.column_stack([candidates.veto, ~types.any(axis=1), *(~gate for gate in gates)])
    passes: BoolArray = np.asarray(~failed.any(axis=1), dtype=bool)
    decision = _decisions(candidates, settings, types, passes, found.score)
    selection = Selection(
        types=types, failed=failed, provisional=provisional & passes, scores=found, decision=decision,
        listed=np.zeros(len(passes), dtype=bool), left_out=np.full(len(passes), "", dtype="<U11"),
        rank=np.zeros(len(passes), dtype=np.int64), margin_applies=margin_applies,
    )  # fmt: skip
    return _with_list(candidates, settings, selection, passes, list_length(settings, kams))


def _at_least(values: FloatArray, line: Decimal | float) -> BoolArray:
    """Where a value is known and reaches a line; no float accident decides."""
    return np.asarray(np.nan_to_num(values, nan=-np.inf) >= float(line) - _EQUAL, dtype=bool)


def _types(candidates: Candidates, settings: CriteriaSettings) -> BoolArray:
    """Which types each account holds; in the simple way a member keeps a type a little longer."""
    easier = 0.0 if settings.ka_rank_by == SCORE else float(settings.enter_score - settings.stay_score)
    potential = candidates.subs.potential + np.where(candidates.already, easier, 0.0)
    buys = candidates.buys
    holds = {
        "profit": _at_least(candidates.profit_share, settings.profit_type_share),
        "prospect": ~buys & candidates.approved_budget & _at_least(potential, settings.prospect_type_score),
        "potential": buys & _at_least(potential, settings.potential_type_score),
        "image": candidates.image,
        "expert": candidates.expert,
    }
    nobody = np.zeros(len(buys), dtype=bool)
    return np.column_stack([holds[name] if name in settings.ka_types else nobody for name in KA_TYPES])


def _gates(
    candidates: Candidates, settings: CriteriaSettings, company_margin: float | None
) -> tuple[tuple[BoolArray, BoolArray, BoolArray], BoolArray, bool]:
    """3P, margin and size: whether each is passed, where only for now, and whether the margin counts."""
    unknown_passes = settings.gate_unknown == "provisional"
    three = np.column_stack([candidates.need, candidates.solvency, candidates.decision_power])
    missing = ~np.isfinite(three)
    enough = (np.nan_to_num(three) >= settings.three_p_min) | (missing & unknown_passes)
    three_p: BoolArray = np.asarray(enough.all(axis=1), dtype=bool)

    floor = margin_floor(settings, company_margin)
    margin_applies = floor is not None and bool(np.isfinite(candidates.margin).any())
    no_margin = ~np.isfinite(candidates.margin)
    margin = _at_least(candidates.margin, floor or 0.0) | (no_margin & unknown_passes)
    if not margin_applies:
        margin = np.ones(len(no_margin), dtype=bool)

    subs = candidates.subs
    no_size = ~np.isfinite(subs.potential) & ~np.isfinite(subs.gross_profit)
    size = _at_least(np.fmax(subs.potential, subs.gross_profit), settings.size_gate_score)
    size |= no_size & unknown_passes
    provisional = missing.any(axis=1) | (no_margin & margin_applies) | no_size
    return (three_p, margin, size), provisional, margin_applies


def margin_floor(settings: CriteriaSettings, company_margin: float | None) -> float | None:
    """Return the margin that the gate asks for, 0–1; ``None`` where the company's own is unknown."""
    if settings.margin_floor == COMPANY_MARGIN:
        return None if company_margin is None else company_margin - 0.05
    return float(settings.margin_floor)


def _decisions(
    candidates: Candidates, settings: CriteriaSettings, types: BoolArray, passes: BoolArray, score: FloatArray
) -> TextArray:
    """How each account may be on the list; ``NO`` for those that fail or stay below the score."""
    special = types[:, [KA_TYPES.index(name) for name in _NOMINATED_TYPES]].any(axis=1)
    if settings.ka_rank_by == SCORE:
        line = np.where(candidates.already, float(settings.stay_score), float(settings.enter_score))
        reaches, word = np.asarray(np.nan_to_num(score, nan=-np.inf) >= line - _EQUAL, dtype=bool), SCORE
    else:
        others = [KA_TYPES.index(name) for name in KA_TYPES if name not in _NOMINATED_TYPES]
        reaches, word = np.asarray(types[:, others].any(axis=1), dtype=bool), TYPE
    stays = candidates.already & candidates.protected & ~candidates.veto
    return np.select(
        [passes & reaches, stays, passes & special & candidates.nominated], [word, TENURE, NOMINATED], NO
    ).astype("<U9")


def _with_list(
    candidates: Candidates,
    settings: CriteriaSettings,
    selection: Selection,
    passes: BoolArray,
    length: int | None,
) -> Selection:
    """Fill the list from the top: tenure first, nominations within their part, the rest by rank."""
    value = selection.scores.score if settings.ka_rank_by == SCORE else candidates.value
    may = np.flatnonzero(selection.decision != NO)
    order = may[rank_order(np.nan_to_num(value[may], nan=-1.0), candidates.code[may])]
    rank = selection.rank.copy()
    rank[order] = np.arange(1, len(order) + 1)

    decision = selection.decision[order]
    tenured, nominated = order[decision == TENURE], order[decision == NOMINATED]
    regular = order[~np.isin(decision, [TENURE, NOMINATED])]
    allowed = nominations_allowed(settings, len(regular) + len(tenured), length)
    nominated_in = nominated[:allowed]
    rest = None if length is None else max(0, length - len(tenured) - len(nominated_in))
    listed = selection.listed.copy()
    listed[np.concatenate([tenured, nominated_in, regular[:rest]])] = True

    left_out = np.where(passes & (selection.decision == NO), BELOW_SCORE, selection.left_out)
    left_out[nominated[allowed:]] = OVER_NOMINATIONS
    if rest is not None:
        left_out[regular[rest:]] = OVER_CAP
    return replace(selection, listed=listed, left_out=left_out, rank=rank)
