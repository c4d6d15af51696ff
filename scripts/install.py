"""Make the virtual environment ``.venv`` and install pinned packages into it, showing progress.

    python3 scripts/install.py requirements.txt [requirements-dev.txt]

Runs under whatever Python the machine has, so it must stay readable for old ones: an old Python is
told what is missing instead of being shown a syntax error. Every package is checked against the hash
in the requirements file.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)

NO_VENV = """This Python cannot make virtual environments (its ensurepip module is missing).
  Debian, Ubuntu:  sudo apt-get install python3-venv
  elsewhere:       install Python from python.org or with your package manager
Then run the same command again."""


def stop(message):
    """End with a message for the person at the terminal."""
    sys.stderr.write(message + "\n")
    raise SystemExit(1)


def has_module(name, python=sys.executable):
    """True if that Python can import the module."""
    return subprocess.call([python, "-c", "import " + name], stderr=subprocess.DEVNULL) == 0


def make_venv():
    """Create ``.venv`` unless a working one is there; without ensurepip borrow the machine's pip."""
    if os.path.exists(PYTHON) and has_module("pip", PYTHON):
        return
    sys.stderr.write("Virtual environment in .venv ...\n")
    if has_module("ensurepip"):
        made = subprocess.call([sys.executable, "-m", "venv", "--clear", VENV])
    elif has_module("pip") and has_module("venv"):
        made = subprocess.call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
        if made == 0:
            borrowed = [sys.executable, "-m", "pip", "--python", PYTHON]
            made = subprocess.call(borrowed + ["install", "--quiet", "pip"])
    else:
        stop(NO_VENV)
    if made != 0:
        stop(NO_VENV)


def pinned(path):
    """Names of the packages a requirements file pins for this machine (markers are not read)."""
    with open(path, encoding="utf-8") as lines:
        return set(re.findall(r"^([A-Za-z0-9._-]+)==", lines.read(), re.MULTILINE))


def install(files):
    """Run pip and turn its lines into a short progress report."""
    total = len(set().union(*(pinned(os.path.join(ROOT, name)) for name in files)))
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "--no-input"]
    for name in files:
        command += ["-r", os.path.join(ROOT, name)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True, cwd=ROOT)
    seen = 0
    for line in process.stdout or ():
        if line.startswith(("Collecting", "Requirement already satisfied")):
            seen += 1
            show("Python packages: %d of about %d" % (min(seen, total), total), last=False, count=seen)
        elif line.startswith("Installing collected"):
            show("Python packages: all here, unpacking (half a minute) ...", last=True)
        elif line.startswith("ERROR"):
            sys.stderr.write("\n" + line)
    if process.wait() != 0:
        stop("The packages could not be installed; pip's message stands above.")
    show("Python packages: ready.", last=True)


def show(text, last, count=0):
    """One line that rewrites itself on a terminal; every twentieth step elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text + ("\n" if last else ""))
    elif last or count % 20 == 0:
        sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main():
    """Check the version of Python, make the environment, install the files named."""
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        stop(
            "KA CRM needs Python 3.11 or newer; %s is %s. Install a newer one, or name it: "
            "make run PYTHON=python3.12" % (sys.executable, found)
        )
    make_venv()
    install(sys.argv[1:] or ["requirements.txt"])


if __name__ == "__main__":
    main()
