"""What is installed, served and documented agrees with what the code needs."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ["requirements", "requirements-dev", "requirements-node"]


def direct_requirements(name: str) -> list[tuple[str, str]]:
    """Package and reason of every line of a ``.in`` file."""
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-"))]
    pairs = [line.partition("#")[::2] for line in wanted]
    return [(re.split(r"[\[<>=! ]", package)[0].lower(), reason.strip()) for package, reason in pairs]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_direct_dependency_is_pinned_and_has_a_reason(name):
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))
    for package, reason in direct_requirements(name):
        assert package in pinned, package
        assert reason, f"{package} needs a one-line reason in {name}.in"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_pinned_package_has_a_hash_and_no_address(name):
    text = (ROOT / f"{name}.txt").read_text()
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "index-url" not in text


def test_the_front_end_lock_file_names_no_download_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert fetched
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []
    assert [name for name, entry in fetched.items() if "integrity" not in entry] == []


def test_psycopg_3_is_not_installed_beside_psycopg2():
    for name in REQUIREMENTS:
        assert not re.search(r"^psycopg(\[|==|-)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)
    assert "psycopg" not in sys.modules


def test_every_setting_of_the_environment_stands_in_the_readme():
    settings = (ROOT / "ka_crm" / "settings.py").read_text()
    readme = (ROOT / "README.md").read_text()
    names = set(re.findall(r'env(?:\.[a-z_]+)?\(\s*"([A-Z_]+)"', settings))
    assert {"DATABASE_URL", "KA_DATA_DIR"} <= names
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_every_command_of_the_readme_exists():
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## Commands")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    named = {match for row in rows for match in re.findall(r"`([a-z_]+)[ `]", row.split(" | ")[0] + " ")}
    folders = [ROOT / name for name in ("ka_crm", "accounts", "purchases", "visits", "segmentation")]
    found = {path.stem for folder in folders for path in folder.rglob("management/commands/*.py")}
    assert "import_file" in named
    assert sorted(named - found) == []


def test_the_icons_that_templates_name_are_fetched():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from vendor import ICONS
    finally:
        sys.path.pop(0)
    used = set()
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""", template.read_text()))
    assert sorted(used - set(ICONS)) == []
