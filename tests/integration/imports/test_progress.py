"""While a file is checked for the first time, its number of lines is estimated from what was read."""

import gzip

import pytest

from ka_crm.imports.operations import check_file


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [False, True])
def test_the_bar_fills_while_a_file_is_checked_and_is_not_full_from_the_start(written, packed):
    lines = 40_000
    text = "code,name\n" + "".join(f"C{number},Customer number {number * 7919}\n" for number in range(lines))
    content = gzip.compress(text.encode()) if packed else text
    told = []
    path = written(content, "many.csv.gz" if packed else "many.csv")
    check_file(kind="customers", path=path, progress=lambda *step: told.append(step))
    early = next((done, total) for done, total, phase in told if phase == "checking" and done >= 10_000)
    assert early[0] / early[1] < 0.6
    assert all(total < 2 * lines for done, total, _phase in told if done >= 10_000)
    assert told[-1][:2] == (lines, lines)
