"""What follows from a role, and what is kept of secrets."""

import pytest

from ka_crm.people.rules.roles import needs_second_factor, needs_territory
from ka_crm.people.rules.secrets import mail_key, token_digest


@pytest.mark.parametrize(
    ("role", "second_factor", "territory"),
    [
        ("rep", False, False),
        ("kam", False, False),
        ("supervisor", False, True),
        ("director", True, False),
        ("finance", True, False),
        ("admin", True, False),
    ],
)
def test_a_role_decides_what_a_login_needs(role, second_factor, territory):
    assert (needs_second_factor(role), needs_territory(role)) == (second_factor, territory)


def test_all_spellings_of_a_mail_address_are_one_and_unreadable():
    assert mail_key(" Kim@Example.COM ") == mail_key("kim@example.com")
    assert mail_key("kim@example.com") != mail_key("tim@example.com")
    assert "kim" not in mail_key("kim@example.com")


def test_a_token_is_kept_as_its_digest_only():
    assert token_digest("ka_secret") != token_digest("ka_secreT")
    assert "secret" not in token_digest("ka_secret")
