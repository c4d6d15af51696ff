"""The cache in Redis, without which everything still works: it only counts requests and remembers."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")


class LenientRedisCache(RedisCache):
    """Redis as cache; while it cannot be reached nothing is found and nothing is kept.

    The guard that must hold, the number of password checks, counts in the database.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or(default, lambda: super(LenientRedisCache, self).get(key, default, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return _or({}, lambda: super(LenientRedisCache, self).get_many(keys, version))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        _or(None, lambda: super(LenientRedisCache, self).set(key, value, *args, **kwargs))

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return _or(list(data), lambda: super(LenientRedisCache, self).set_many(data, *args, **kwargs))

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return _or(True, lambda: super(LenientRedisCache, self).add(key, value, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return _or(delta, lambda: super(LenientRedisCache, self).incr(key, delta, version))

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return _or(False, lambda: super(LenientRedisCache, self).touch(key, *args, **kwargs))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return _or(False, lambda: super(LenientRedisCache, self).delete(key, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return _or(False, lambda: super(LenientRedisCache, self).has_key(key, version))


def _or(otherwise: _Found, ask: Callable[[], _Found]) -> _Found:
    try:
        return ask()
    except RedisError:
        _log.warning("The cache cannot be reached; going on without it.")
        return otherwise
