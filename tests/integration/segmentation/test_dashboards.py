"""The numbers behind the charts, each for what the caller may see."""

import pytest

pytestmark = pytest.mark.django_db
NAMES = ("home", "ninebox", "concentration", "scatter", "comparison", "movement", "flags", "ask-first")


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
