"""Pages work while Redis is gone."""

from ka_crm.lib.cache import LenientRedisCache

GONE = LenientRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})


def test_without_redis_nothing_is_found_and_nothing_fails():
    GONE.set("a", 1)
    assert GONE.get("a", "unknown") == "unknown"
    assert GONE.get_many(["a"]) == {}
    assert GONE.add("a", 1) is True
    assert GONE.incr("a") == 1
    assert (GONE.has_key("a"), GONE.delete("a"), GONE.touch("a")) == (False, False, False)
