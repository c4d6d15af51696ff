"""Fetch the front-end packages and copy the few files we serve into ``var/vendor``.

The packages and their checksums stand in ``package.json`` and ``package-lock.json``; none of their
files is kept in the repository. npm installs them into ``var/npm`` (no install scripts are run), and
the files named below are copied to ``var/vendor/css``, ``js`` and ``icons``. The folder is always the
one of this repository, whatever ``KA_DATA_DIR`` says: assets belong to the code, not to the data.

Running it again is cheap: each step leaves a stamp with the digest of its inputs. If the machine has
no usable npm, Node.js is installed into the virtual environment from ``requirements-node.txt``.

Only the standard library is used, because this runs before anything else can be relied on.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM_DIR = ROOT / "var" / "npm"
VENDOR_DIR = ROOT / "var" / "vendor"
OLDEST_NPM = 7  # the first that reads lock files of version 3

# Served file -> file inside node_modules.
FILES = {
    "css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "js/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",  # menus, dialogs, side panels
    "js/echarts.min.js": "echarts/dist/echarts.min.js",
    "js/axe.min.js": "axe-core/axe.min.js",  # accessibility checks of the browser tests
}

# Outline icons the templates may name. Add a name here, run `make assets`, use it.
ICONS = """
    adjustments alert-triangle archive arrow-back-up arrow-down arrow-right arrow-up arrows-diff
    arrows-maximize arrows-move arrows-sort bell building building-store bulb calendar camera
    category chart-bar chart-dots chart-line chart-pie check checks chevron-down chevron-left
    chevron-right chevron-up circle-check circle-x clock clock-play columns compass copy
    currency-dollar database-import device-floppy dots dots-vertical download edit external-link eye
    eye-off file-spreadsheet file-text filter flag grid-dots grip-vertical help-circle hierarchy
    history home info-circle key language layout-kanban link list lock login logout mail map-pin
    menu-2 minus moon navigation note package phone player-play plus printer question-mark refresh
    search settings shield shield-check sitemap sort-ascending sort-descending speakerphone star sun
    sword table tag target thumb-down thumb-up trash trending-down trending-up upload user user-cog
    user-plus users x zoom-in zoom-out
""".split()

SOURCE_MAP = re.compile(rb"\n?(//[#@]\s*sourceMappingURL=[^\n]*|/\*[#@]\s*sourceMappingURL=.*?\*/)\s*")
SVG_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def digest(*parts: bytes) -> str:
    """SHA-256 of the parts, hexadecimal; the content of a stamp."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def usable(npm: str) -> bool:
    """True if this npm starts and is new enough to read our lock file."""
    try:
        found = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    major = found.stdout.strip().partition(".")[0]
    return found.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM


def find_npm() -> str:
    """Path of npm: the system's, else the virtual environment's, installed if need be."""
    own = Path(sys.prefix) / "bin" / "npm"
    for candidate in (shutil.which("npm"), str(own)):
        if candidate and usable(candidate):
            return candidate
    say("No usable npm on this machine: installing Node.js into the virtual environment (about 60 MB).")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*command, "-r", str(ROOT / "requirements-node.txt")], check=True)
    if not usable(str(own)):
        raise SystemExit("Node.js was installed but npm does not start. Install Node.js 18 or newer.")
    return str(own)


def install_packages(package: bytes, lock: bytes) -> None:
    """``npm ci`` in ``var/npm`` unless the same lock file was installed there before."""
    stamp, value = NPM_DIR / ".installed", digest(package, lock)
    if stamped(stamp, value):
        return
    NPM_DIR.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    (NPM_DIR / "package.json").write_bytes(package)
    (NPM_DIR / "package-lock.json").write_bytes(lock)
    npm = find_npm()
    say("Fetching the front-end packages …")
    environment = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=NPM_DIR, env=environment, stdout=sys.stderr)
    if done.returncode:
        raise SystemExit("npm could not fetch the front-end packages; its message stands above.")
    stamp.write_text(value)


def vendored() -> dict[str, bytes]:
    """Every file we serve: path below ``var/vendor`` -> content, cleaned."""
    modules = NPM_DIR / "node_modules"
    files = {name: SOURCE_MAP.sub(b"\n", (modules / source).read_bytes()) for name, source in FILES.items()}
    missing = []
    for icon in ICONS:
        source = modules / "@tabler" / "icons" / "icons" / "outline" / f"{icon}.svg"
        if not source.is_file():
            missing.append(icon)
            continue
        files[f"icons/{icon}.svg"] = SVG_COMMENT.sub("", source.read_text("utf-8")).encode()
    if missing:
        raise SystemExit(f"No such outline icon: {', '.join(missing)}. Correct ICONS in scripts/vendor.py.")
    return files


def write_files(files: dict[str, bytes]) -> None:
    """Write the files and remove whatever else lies in ``var/vendor``."""
    for name, content in files.items():
        target = VENDOR_DIR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for found in VENDOR_DIR.rglob("*"):
        if found.is_file() and found.relative_to(VENDOR_DIR).as_posix() not in files:
            found.unlink()


def main() -> None:
    package = (ROOT / "package.json").read_bytes()
    lock = (ROOT / "package-lock.json").read_bytes()
    stamp, value = VENDOR_DIR.parent / ".vendor-stamp", digest(package, lock, Path(__file__).read_bytes())
    if stamped(stamp, value) and all((VENDOR_DIR / name).is_file() for name in FILES):
        return
    install_packages(package, lock)
    files = vendored()
    write_files(files)
    stamp.write_text(value)
    size = sum(map(len, files.values()))
    say(f"Front-end assets: {len(files)} files, {size / 1e6:.1f} MB, in {VENDOR_DIR.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
