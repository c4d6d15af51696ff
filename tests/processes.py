"""Real processes for tests: a database that they can see, a broker of their own, Celery workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis
from celery import current_app
from django.conf import settings
from django.db import connections
from kombu import pools

ROOT = Path(__file__).resolve().parent.parent
#: Redis databases are numbered; tests use the last ones, every process that runs tests its own.
REDIS_DATABASE = 15 - int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8


@contextmanager
def shared_database(folder: Path) -> Iterator[str]:
    """Let this process use a database that other processes can open; gives its address.

    PostgreSQL's test database is one. SQLite's lives in memory, so it is copied to a file, and the copy
    takes its place until the end. Needs ``transactional_db``: nothing may hang in an open transaction.
    """
    usual = connections["default"]
    named = usual.settings_dict
    if usual.vendor != "sqlite":
        login = f"{quote(named['USER'])}:{quote(named['PASSWORD'])}@{named['HOST']}:{named['PORT'] or 5432}"
        yield f"postgres://{login}/{named['NAME']}"
        return
    usual.ensure_connection()
    path, memory = folder / "shared.sqlite3", named["NAME"]
    file_connection = usual.copy()
    file_connection.settings_dict["NAME"] = str(path)
    connections["default"] = file_connection
    file_connection.ensure_connection()
    usual.connection.backup(file_connection.connection)
    named["NAME"] = str(path)  # connections of other threads
    try:
        yield f"sqlite:///{path}"
    finally:
        named["NAME"] = memory
        file_connection.close()
        connections["default"] = usual


@contextmanager
def own_broker(folder: Path) -> Iterator[dict[str, str]]:
    """Ring in a place where only the workers of this test listen; gives their environment."""
    conf, env = current_app.conf, {"KA_DATA_DIR": str(folder)}
    before = {name: conf[name] for name in ("broker_url", "broker_read_url", "broker_write_url")}
    options = conf.broker_transport_options
    if settings.REDIS_URL:
        address = settings.REDIS_URL.rstrip("/")
        address = f"{address.rsplit('/', 1)[0] if address.count('/') > 2 else address}/{REDIS_DATABASE}"
        env["REDIS_URL"] = address
        _empty_queue(address)
        changed = dict.fromkeys(before, address)
    else:
        for name in ("queue", "processed", "control"):
            (folder / "broker" / name).mkdir(parents=True, exist_ok=True)
        queue = str(folder / "broker" / "queue")
        folders = {"data_folder_in": queue, "data_folder_out": queue}
        changed = {"broker_transport_options": {**options, **folders}}
    conf.update(changed)
    _forget_connections()
    try:
        yield env
    finally:
        conf.update({**before, "broker_transport_options": options})
        _forget_connections()


def _empty_queue(address: str) -> None:
    """Forget what killed workers left of earlier tests."""
    client = redis.from_url(address)
    for pattern in ("celery*", "unacked*", "_kombu*"):
        for key in client.keys(pattern):
            client.delete(key)


def _forget_connections() -> None:
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


class Worker:
    """A Celery worker with all its children, until it is stopped or killed."""

    def __init__(self, env: dict[str, str], *, app: str = "ka_crm", name: str = "worker") -> None:
        self.log = Path(env["KA_DATA_DIR"]) / f"{name}.log"
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            app,
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
        ]
        calm = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", f"{name}@test"]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*command, *calm],
                cwd=ROOT,
                env={**os.environ, "SECRET_KEY": settings.SECRET_KEY, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 60) -> "Worker":
        wait_for(lambda: " ready." in self.log.read_text(), seconds, lambda: self.log.read_text()[-2000:])
        return self

    def kill(self) -> None:
        """``kill -9`` for the worker and its children: nobody says goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill()


@contextmanager
def workers(env: dict[str, str]) -> Iterator[Callable[..., Worker]]:
    """Start workers by calling what this gives; all are gone at the end."""
    started: list[Worker] = []

    def start(**options: str) -> Worker:
        started.append(Worker({**env, **options.pop("env", {})}, **options))  # type: ignore[arg-type]
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            worker.stop()


def wait_for(condition: Callable[[], bool], seconds: float, story: Callable[[], object] = lambda: "") -> None:
    """Wait until something holds; fail with a story otherwise."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain; {story()}"
        time.sleep(0.1)
