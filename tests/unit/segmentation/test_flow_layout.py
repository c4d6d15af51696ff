"""Where the blocks and ribbons of a flow picture stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.flow_layout import LOWEST, flow_layout, thickness
from segmentation.rules.movement import cell_direction

LABELS = ("attack", "defend", "explore", "maintain", "monitor", "none")
FLOWS = st.dictionaries(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), st.integers(0, 5_000), max_size=36
).map(lambda found: [(before, after, count) for (before, after), count in found.items()])


@given(FLOWS)
def test_what_leaves_on_the_left_arrives_on_the_right(flows: list[tuple[str, str, int]]) -> None:
    layout = flow_layout(flows, LABELS)
    total = sum(count for *_, count in flows)
    assert sum(block.count for block in layout.left) == total
    assert sum(block.count for block in layout.right) == total
    assert sum(ribbon.count for ribbon in layout.ribbons) == total
    for block in layout.left:
        assert block.count == sum(count for before, _, count in flows if before == block.key)


@given(FLOWS)
def test_ribbons_lie_inside_their_blocks_and_beside_each_other(flows: list[tuple[str, str, int]]) -> None:
    layout = flow_layout(flows, LABELS)
    for side, key, at in ((layout.left, "before", "left_y"), (layout.right, "after", "right_y")):
        for block in side:
            assert block.height >= LOWEST
            own = sorted(
                (getattr(ribbon, at), ribbon.size)
                for ribbon in layout.ribbons
                if getattr(ribbon, key) == block.key
            )
            end = block.y
            for y, size in own:
                assert y == pytest.approx(end)
                end = y + size
            assert end <= block.y + block.height + 1e-6
        ends = [(block.y, block.y + block.height) for block in side]
        assert all(end < start for (_, end), (start, _) in zip(ends, ends[1:], strict=False))


def test_labels_that_nobody_has_take_no_room() -> None:
    layout = flow_layout([("attack", "defend", 3)], LABELS)
    assert [block.key for block in layout.left] == ["attack", "defend"]
    assert [block.count for block in layout.left] == [3, 0]


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert flow_layout([], LABELS).ribbons == []


def test_a_label_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="conquer"):
        flow_layout([("conquer", "attack", 1)], LABELS)


def test_one_is_still_seen_beside_thousands() -> None:
    assert thickness(1) >= 1.5
    assert thickness(10_000) == pytest.approx(220)
    assert thickness(0) == 0


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("BX", "AX", "better"), ("AX", "AY", "worse"), ("BZ", "AZ", "better"), ("AZ", "BX", "worse"),
        ("CN", "CX", ""), ("CN", "BN", "better"), ("AX", "AX", ""), ("", "AX", ""), ("AX", "", ""),
    ],
)  # fmt: skip
def test_a_cell_is_better_by_value_first_then_by_regularity(before: str, after: str, direction: str) -> None:
    assert cell_direction(before, after) == direction
