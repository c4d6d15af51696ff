"""The numbers behind the charts, each for what the caller may see."""

import pytest

pytestmark = pytest.mark.django_db
NAMES = (
    "home", "ninebox", "concentration", "scatter", "comparison", "comparison/parts", "movement",
    "sufficiency", "channels", "flags", "ask-first",
)  # fmt: skip


def address(name):
    return f"/api/v1/dashboards/{name}/"


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_log_in(name, client, company):
    assert client.get(address(name)).status_code == 401


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["fay", "rex"])
def test_whom_results_do_not_concern_is_refused(name, role, client, company, request):
    client.force_login(request.getfixturevalue(role))
    assert client.get(address(name)).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_an_account_manager_gets_nothing_of_others(name, client, company, bob):
    client.force_login(bob)
    answer = client.get(address(name))
    assert answer.status_code == 200
    assert "ALPHA" not in answer.content.decode() and "GAMMA" not in answer.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_director_gets_the_run_it_comes_from(name, client, company, dora):
    client.force_login(dora)
    assert client.get(address(name)).json()["meta"]["run"] == company["run"].pk


@pytest.mark.parametrize("name", NAMES)
def test_before_any_run_there_is_nothing(name, client, db, dora):
    client.force_login(dora)
    assert client.get(address(name)).status_code == 404


def test_home_names_the_telling_one_and_both_ranks(client, company, dora):
    client.force_login(dora)
    data = client.get(address("home")).json()
    assert data["telling"] == "ALPHA"
    alpha = next(row for row in data["rows"] if row["code"] == "ALPHA")
    assert (alpha["rank_own"], alpha["rank_total"], alpha["own"], alpha["total"]) == (3, 1, 1000.0, 10000.0)


def test_home_counts_ranks_among_the_accounts_of_an_account_manager(client, company, alice):
    client.force_login(alice)
    rows = {row["code"]: row for row in client.get(address("home")).json()["rows"]}
    assert (rows["GAMMA"]["rank_own"], rows["ALPHA"]["rank_own"]) == (1, 2)


def test_the_scatter_draws_only_what_is_measured(client, company, dora):
    company["run"].customer_results.filter(customer=company["gamma"]).update(share=None)
    client.force_login(dora)
    codes = {row["code"] for row in client.get(address("scatter")).json()["rows"]}
    assert codes == {"ALPHA", "BETA"}


def test_movement_between_any_two_runs(client, company, dora):
    client.force_login(dora)
    run, before = company["run"].pk, company["before"].pk
    data = client.get(f"{address('movement')}?from={before}&to={run}").json()
    moved = [flow for flow in data["flows"] if flow["from"] != flow["to"]]
    assert [(flow["from"], flow["to"], flow["count"]) for flow in moved] == [("defend", "attack", 1)]
    assert client.get(f"{address('movement')}?from=77777").status_code == 404


def test_the_concentration_rises_to_one(client, company, dora):
    client.force_login(dora)
    data = client.get(address("concentration")).json()
    assert data["own"] == [0.5, 0.8, 1.0]
    assert data["total"][-1] == 1.0


def test_the_parts_of_the_comparison_add_up_to_all(client, company, dora):
    client.force_login(dora)
    for by in ("kam", "territory", "region", "chain"):
        data = client.get(f"{address('comparison/parts')}?by={by}").json()
        for name in ("count", "kept", "missed", "misfiled", "gap_missed", "total"):
            assert sum(part[name] for part in data["parts"]) == data["all"][name], (by, name)
    assert client.get(f"{address('comparison/parts')}?by=planet").status_code == 400


def test_movement_counts_cells_and_says_what_decided(client, company, dora):
    company["before"].customer_results.filter(customer__code="ALPHA").update(xyz="X", cell="BX", cv=0.1)
    client.force_login(dora)
    data = client.get(f"{address('movement')}?by=cell").json()
    moved = [(flow["from"], flow["to"]) for flow in data["flows"] if flow["from"] != flow["to"]]
    assert moved == [("BX", "BY")]
    assert [(row["code"], row["from"], row["to"], row["causes"]) for row in data["rows"]] == [
        ("ALPHA", "BX", "BY", ["variation"])
    ]
    assert client.get(address("movement")).json()["rows"][0]["causes"] == ["share"]


def test_what_is_known_names_what_is_thin(client, company, dora):
    company["run"].customer_results.update(measured_share=0.2)
    client.force_login(dora)
    data = client.get(address("sufficiency")).json()
    assert data["all"]["thin"] == ["little_measured"]
    assert data["all"]["counted"] + data["all"]["estimated"] == 17_000
    assert {place["name"] for place in data["territories"]} == {"North", "South"}


def test_channels_come_with_the_part_of_key_accounts(client, company, dora):
    client.force_login(dora)
    data = client.get(address("channels")).json()
    assert data["key_accounts"] == {"count": 2, "part": 0.7, "usual": [0.3, 0.55], "place": "above"}
    assert sum(channel["own"] for channel in data["channels"]) == 5_000
    assert client.get(f"{address('channels')}?region=x").status_code == 400
