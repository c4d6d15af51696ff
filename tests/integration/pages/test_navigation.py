"""The side bar offers to each role what it may open, and nothing that answers 404."""

import re

import pytest

from ka_crm.criteria.operations import send_for_approval
from ka_crm.records.operations import set_system_setting


@pytest.mark.parametrize("who", ["alice", "sue", "dora", "fay", "adam", "rex"])
def test_every_entry_of_the_side_bar_opens(client, who, request, alpha, beta):
    client.force_login(request.getfixturevalue(who))
    home = client.get("/").content.decode()
    side_bar = home[home.index("<nav") : home.index("</nav>")]
    addresses = re.findall(r'href="(/[^"#]*)"', side_bar)
    assert "/" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_counts_are_of_what_the_viewer_sees(client, alice, alpha, beta, alpha_store, beta_store):
    client.force_login(alice)
    entries = {
        item["url"]: item["count"] for group in client.get("/").context["nav"] for item in group["items"]
    }
    assert entries["/accounts/"] == "1"
    assert entries["/stores/"] == "1"


def test_who_may_approve_sees_how_many_drafts_of_criteria_wait(client, adam, dora, alice):
    send_for_approval(values={"list_cap": 5}, reason="few", by=adam)
    for person, waits in ((dora, "1"), (adam, None), (alice, None)):
        client.force_login(person)
        entries = {
            item["url"]: item["count"] for group in client.get("/").context["nav"] for item in group["items"]
        }
        assert entries["/criteria/"] == waits


def test_the_pinned_day_of_the_demo_is_shown_on_every_page(client, dora):
    set_system_setting(name="demo_day", value="2022-11-01")
    set_system_setting(name="company", value="Bacardi · Iowa (demo)")
    client.force_login(dora)
    text = client.get("/criteria/").content.decode()
    assert "1 Nov 2022" in text
    assert "Bacardi · Iowa (demo)" in text
