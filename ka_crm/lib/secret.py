"""The secret key of a development machine, kept beside its data."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key_from(data_dir: Path, *, allowed: bool) -> str:
    """Return the key kept in ``data_dir``, written there at the first call.

    Raises ``ImproperlyConfigured`` where ``allowed`` is false: outside ``make run`` the key has to be
    given as ``SECRET_KEY``, so that a forgotten setting never ends as a key that others could read.
    """
    if not allowed:
        raise ImproperlyConfigured("Set SECRET_KEY (or KA_DEBUG=1 on your own machine).")
    path = data_dir / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
