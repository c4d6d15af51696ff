"""Share of wallet against published numbers and its edge cases."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.share_of_wallet import share_of_wallet, wallet_allocation

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/sow.json").read_text(encoding="utf-8"))


def test_a_known_wallet_gives_the_published_share() -> None:
    result = share_of_wallet(GOLDEN["own_12m"], GOLDEN["wallet_12m"])
    assert result is not None
    assert (result.share, result.flag) == (pytest.approx(GOLDEN["sow"], abs=1e-6), "")
    assert result.elsewhere == 133_000


def test_a_wallet_below_our_own_sales_is_raised_and_said_to_be_understated() -> None:
    case = GOLDEN["overflow"]
    result = share_of_wallet(case["own"], case["wallet"])
    assert result is not None
    assert (result.share, result.flag, result.wallet) == (case["shown"], case["flag"], case["wallet_used"])
    assert result.elsewhere == 0


@pytest.mark.parametrize(("own", "wallet"), [(100, None), (100, 0), (100, -5), (None, 100), (0, 0)])
def test_an_unknown_or_empty_wallet_gives_no_share(own: int | None, wallet: int | None) -> None:
    assert share_of_wallet(own, wallet) is None


def test_buying_nothing_from_us_is_a_share_of_0_and_all_of_it_is_not_understated() -> None:
    nothing, everything = share_of_wallet(0, 100), share_of_wallet(100, 100)
    assert nothing is not None and nothing.share == 0
    assert everything is not None and (everything.share, everything.flag) == (1.0, "")


@pytest.mark.parametrize("name", GOLDEN["wallet_allocation_rule"])
def test_a_rank_among_suppliers_gives_the_published_share(name: str) -> None:
    case = GOLDEN["inputs"]["wallet_allocation_rule"][name]
    expected = GOLDEN["wallet_allocation_rule"][name]
    assert wallet_allocation(case["rank"], case["n"]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("rank", "brands"), [(0, 3), (4, 3), (1, 0)])
def test_a_rank_outside_the_suppliers_is_refused(rank: float, brands: int) -> None:
    with pytest.raises(ValueError):
        wallet_allocation(rank, brands)


@given(st.integers(1, 30))
def test_the_shares_of_all_ranks_add_up_to_the_whole(brands: int) -> None:
    shares = [wallet_allocation(rank, brands) for rank in range(1, brands + 1)]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


@given(st.integers(-1000, 10**15), st.integers(1, 10**15))
def test_a_share_never_exceeds_the_whole(own: int, wallet: int) -> None:
    result = share_of_wallet(own, wallet)
    assert result is not None
    assert result.share <= 1
    assert result.elsewhere >= 0
    assert (result.flag != "") is (own > wallet)
