"""The worked examples of docs/formulas run and give what the page says."""

import doctest
import re
from pathlib import Path

import pytest

FORMULAS = Path(__file__).parents[2] / "docs/formulas"
PAGES = sorted(FORMULAS.glob("*.md"))
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_method_has_its_page() -> None:
    methods = {"abc", "xyz", "potential", "share", "quadrants", "decision_chain", "dossier_score"}
    methods |= {"cadence", "rfm", "share_of_wallet", "delivery", "retention"}
    assert methods <= {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_worked_example_gives_what_the_page_says(page: Path) -> None:
    source = "\n".join(FENCE.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(source, {}, page.stem, str(page), 0)
    assert test.examples, "a formula page has a worked example"
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_and_tests_named_on_the_page_exist(page: Path) -> None:
    root = FORMULAS.parents[1]
    named = re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", page.read_text(encoding="utf-8"))
    assert named
    for path in named:
        assert (root / path).is_file(), path
