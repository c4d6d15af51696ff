"""What the general part asks for, and its points."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.dossier_score import SECTION_WEIGHTS
from accounts.rules.general_part import POINTS, filled_part, missing_points


def test_all_fields_together_bring_the_points_of_the_general_part():
    assert sum(POINTS.values()) == SECTION_WEIGHTS["general"]


@given(st.sets(st.sampled_from([*POINTS, "no such field"])))
def test_what_is_filled_and_what_is_missing_add_up(filled):
    missing = missing_points(filled)
    assert {name for name, _ in missing} == set(POINTS) - filled
    assert sum(points for _, points in missing) == round(20 - 20 * filled_part(filled))
    assert [points for _, points in missing] == sorted((points for _, points in missing), reverse=True)


def test_who_decides_is_asked_first():
    assert missing_points([])[0] == ("who_decides", 3)
