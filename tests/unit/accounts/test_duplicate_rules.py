"""Which names, phones and websites count as the same, and which pairs are proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import duplicates as rules
from accounts.rules.duplicates import Candidate, Reason, likeness
from accounts.rules.likeness import jaro_winkler, names_alike
from accounts.rules.names import mail_key, name_key, numbers_of, phone_key, website_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Müller GmbH", "cafe muller"),
        ("Alpha Markets, Inc.", "ALPHA MARKETS"),
        ("Société Générale S.A.", "Societe Generale SA"),
        ("The Corner Shop & Co. KG", "corner shop"),
        ("Ａｌｐｈａ　１２", "alpha 12"),
        ("上海华联超市有限公司", "上海華聯超市股份有限公司"),
        ("O'Brien’s Ltd", "OBriens"),
        ("Großmarkt Nord", "GROSSMARKT NORD"),
    ],
)
def test_names_that_differ_only_in_dress_have_one_key(one, other):
    assert name_key(one) == name_key(other)
    assert names_alike(one, other) == 1.0


def test_a_name_that_is_only_a_legal_form_stays_a_name():
    assert name_key("Co. Ltd") == "coltd"
    assert name_key("公司") == "公司"
    assert name_key("…") == ""


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("+49 (0)30 123 456-78", "012345678"),
        ("0049 30 12345678", "012345678"),
        ("１３８-0013-8000", "800138000"),
        ("110", ""),
        ("", ""),
    ],
)
def test_a_phone_is_its_last_nine_digits(phone, key):
    assert phone_key(phone) == key


@pytest.mark.parametrize(
    ("website", "key"),
    [
        ("https://www.Alpha.example/shops?x=1", "alpha.example"),
        ("http://alpha.example:8080", "alpha.example"),
        ("alpha.example.", "alpha.example"),
        ("https://user@alpha.example/", "alpha.example"),
        ("", ""),
    ],
)
def test_a_website_is_its_host(website, key):
    assert website_key(website) == key


def test_a_mail_address_is_compared_without_case_and_tag():
    assert mail_key(" Ann.Lee+crm@Alpha.Example ") == "ann.lee@alpha.example"
    assert mail_key("no address") == ""


def test_numbers_are_kept_and_leading_zeros_are_not():
    assert numbers_of("Store 012, Road 3") == ("12", "3")


@pytest.mark.parametrize(
    ("one", "other", "golden"),
    # Winkler 1990, table 6, as reprinted in "Overview of record linkage".
    [("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813)],
)
def test_jaro_winkler_gives_the_published_values(one, other, golden):
    assert jaro_winkler(one, other) == pytest.approx(golden, abs=0.0005)


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        (Candidate(1, "Alpha Markets"), Candidate(2, "ALPHA MARKETS Inc."), ["name"]),
        (Candidate(1, "Alpha Markets"), Candidate(2, "Alpha Market"), ["name_alike"]),
        (
            Candidate(1, "Alpha Markets", website="https://alpha.example"),
            Candidate(2, "Alpha Retail Group", website="http://www.alpha.example/en"),
            ["website", "name_alike"],
        ),
        (Candidate(1, "北京物美商业集团"), Candidate(2, "北京物美商业"), ["name"]),
        (
            Candidate(1, "Ann Lee", mail="ann@a.example", owner=7),
            Candidate(2, "A. Lee", mail="Ann@a.example", owner=8),
            ["mail"],
        ),
        (Candidate(1, "Li Wei", owner=7), Candidate(2, "Wei Li", owner=7), ["name"]),
    ],
)
def test_what_is_probably_one_is_proposed_with_its_reasons(one, other, kinds):
    found = likeness(one, other)
    assert found.is_proposed
    assert [reason.kind for reason in found.reasons][: len(kinds)] == kinds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Candidate(1, "Customer 0012"), Candidate(2, "Customer 0013")),
        (Candidate(1, "Alpha Markets"), Candidate(2, "Beta Stores")),
        (Candidate(1, "MK Mini Mart"), Candidate(2, "Sam's Mini Mart")),
        (Candidate(1, "Quick Stop"), Candidate(2, "Quick Shop")),
        (Candidate(1, "Li Wei", owner=7), Candidate(2, "Li Wei", owner=8)),
        (Candidate(1, "Ann", mail="i@a.example", owner=7), Candidate(2, "Zo", mail="i@a.example", owner=7)),
        (Candidate(1, "Alpha", website="https://a.example"), Candidate(2, "Zenit", website="https://a.example")),
        (Candidate(1, "上海超市"), Candidate(2, "北京超市")),
        (Candidate(1, "…"), Candidate(2, "!")),
    ],
)  # fmt: skip
def test_what_only_looks_a_little_alike_is_not_proposed(one, other):
    assert not likeness(one, other).is_proposed


_names = st.text(alphabet="abcdeé Ａ中文华華国12.", max_size=12)
_people = st.builds(
    Candidate,
    st.integers(1, 6),
    _names,
    website=st.sampled_from(["", "https://a.example", "www.a.example"]),
    phone=st.sampled_from(["", "030 1234567", "+49 30 1234567"]),
    mail=st.sampled_from(["", "x@a.example"]),
    owner=st.sampled_from([None, 1, 2]),
)


@given(_people, _people)
def test_likeness_is_symmetric_between_nought_and_one_and_never_of_a_record_with_itself(one, other):
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert 0 <= found.score <= 1
    if one.pk == other.pk:
        assert found.score == 0


@given(_names.filter(lambda name: name_key(name) != ""))
def test_equal_names_are_wholly_alike(name):
    assert names_alike(name, name) == 1.0
    assert likeness(Candidate(1, name), Candidate(2, name)).score == 1.0


def test_a_pair_is_found_by_any_one_of_its_keys_and_yielded_once():
    records = [
        Candidate(5, "Xalpha Markets"),
        Candidate(9, "Alpha Markets"),  # another first letter: found from behind
        Candidate(1, "Beta", website="https://b.example"),
        Candidate(3, "Betta Stores", website="https://www.b.example"),
        *(Candidate(100 + n, f"Trading {n}") for n in range(300)),
    ]
    found = {(low, high): value for low, high, value in rules.duplicates(records)}
    assert set(found) == {(5, 9), (1, 3)}
    assert found[1, 3].reasons[0] == Reason("website")


def test_many_records_with_one_word_are_not_all_compared():
    records = [Candidate(n, f"Trading {chr(97 + n % 26)}{n}") for n in range(3_000)]
    pairs = sum(1 for _ in rules.candidate_pairs(records))
    assert pairs <= len(records) * 2 * rules.NEIGHBOURS
