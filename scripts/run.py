"""Start KA CRM on this machine: database, demo company on first start, then web, worker and beat.

    make run [PORT=8000] [DEMO=0] [KA_DATA_DIR=/path]

The three processes of ``Procfile`` run under one supervisor: when one ends, or on Ctrl-C or SIGTERM,
all end with their children. ``KA_DEBUG`` is switched on, so this is for one machine; how a server is
set up stands in the README.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
STARTED = time.monotonic()
SECONDS_TO_ANSWER = 90
STOPPED_BY_HAND = {128 + signal.SIGINT, 128 + signal.SIGTERM, -signal.SIGINT, -signal.SIGTERM}
NO_ADMIN = """There is no user yet and no terminal to ask for one. In another window:
  KA_DEBUG=1 .venv/bin/python manage.py create_first_admin"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    say(text)
    raise SystemExit(1)


def environment() -> dict[str, str]:
    """The environment of every process: ours, the virtual environment first on the path, debug on."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    ours = {
        "PATH": path,
        "KA_DEBUG": "1",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "ka_crm.settings",
    }
    return {**os.environ, **ours, "PORT": os.environ.get("PORT") or "8000"}


def manage(env: dict[str, str], *arguments: str, capture: bool = False) -> str:
    """Run a management command; its messages are shown, its output is returned if captured."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE if capture else None)
    if done.returncode:
        stop(f"manage.py {arguments[0]} failed; its message stands above.")
    return done.stdout or ""


def require_free(port: str) -> None:
    """Stop with a clear message if the port is no number or taken."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop(f"PORT must be a number from 1 to 65535, not {port!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            stop(f"Port {port} is not free. Choose another: make run PORT={int(port) % 65000 + 1}")


def last_json(output: str) -> dict[str, object]:
    """The JSON object on the last line of a command's output; empty if there is none."""
    lines = output.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def prepare(env: dict[str, str]) -> list[dict[str, str]]:
    """Bring the database up to date and fill it on first start; returns the logins to show."""
    say("Database …")
    manage(env, "migrate", "--noinput", "--verbosity", "0")
    if env.get("DEMO", "1") != "0":
        logins = last_json(manage(env, "load_demo", "--if-empty", capture=True)).get("logins")
        return logins if isinstance(logins, list) else []
    count = "from django.contrib.auth import get_user_model as u; print(u().objects.count())"
    if manage(env, "shell", "--no-imports", "-c", count, capture=True).split()[-1:] == ["0"]:
        if sys.stdin.isatty():
            manage(env, "create_first_admin")
        else:
            say(NO_ADMIN)
    return []


def answers(port: str) -> bool:
    """True if the web server answers its health check (or anything but a server error)."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def announce(port: str, logins: list[dict[str, str]]) -> None:
    """Wait until the web server answers, then print the address and the logins."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not answers(port):
        if time.monotonic() > deadline:
            say(f"The web server has not answered within {SECONDS_TO_ANSWER} seconds; see its messages.")
            return
        time.sleep(0.2)
    lines = ["", f"  KA CRM is ready:  http://127.0.0.1:{port}/", ""]
    for login in logins:
        role, email = str(login.get("role", "")), str(login.get("email", ""))
        lines.append(f"    {role:<12} {email:<28} password: {login.get('password', '')}")
    seconds = time.monotonic() - STARTED
    say("\n".join([*lines, "", f"  Started in {seconds:.0f} seconds. Ctrl-C ends everything.", ""]))


class Supervisor(Manager):  # type: ignore[misc]
    """honcho's manager, made safe against a signal in the moment before all processes have started."""

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, self.terminate).start()


def supervise(env: dict[str, str], logins: list[dict[str, str]]) -> int:
    """Run the processes of the Procfile until one of them or a signal ends them all."""
    manager = Supervisor()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=env, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the window was closed
    threading.Thread(target=announce, args=(env["PORT"], logins), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in STOPPED_BY_HAND else int(manager.returncode or 0)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    env = environment()
    require_free(env["PORT"])
    try:
        logins = prepare(env)
    except KeyboardInterrupt:
        stop("\nStopped. `make run` starts again where it was.")
    return supervise(env, logins)


if __name__ == "__main__":
    sys.exit(main())
