import pytest

from guidance import lru
from guidance.lru import Lru, RevisionCache


def by_length(key: object, value: str) -> int:
    return len(value)


def test_lru_is_bounded_by_weight():
    values = Lru[int, str](50, by_length)
    for number in range(100):
        values.put(number, "x" * 10)
    assert (values.weight, len(values)) == (50, 5)
    assert values.get(99) == "x" * 10
    assert values.get(94) is None


def test_lru_keeps_the_value_used_last_longest():
    values = Lru[str, str](2)
    values.put("a", "A")
    values.put("b", "B")
    values.get("a")
    values.put("c", "C")
    assert [values.get(key) for key in "abc"] == ["A", None, "C"]
    assert values.items() == [("a", "A"), ("c", "C")]


def test_lru_weighs_a_value_put_again_once():
    values = Lru[str, str](50, by_length)
    values.put("a", "long text")
    values.put("a", "text")
    assert values.weight == 4


def test_lru_does_not_keep_a_value_heavier_than_the_limit():
    values = Lru[str, str](5, by_length)
    assert values.put("a", "too long") == "too long"
    assert (values.weight, len(values)) == (0, 0)


def test_lru_drops_a_value_after_its_seconds(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(lru, "monotonic", lambda: now)
    values = Lru[str, str](5, seconds=60)
    values.put("a", "A")
    now += 40
    values.put("b", "B")
    assert values.get("a") == "A"  # using it does not make it newer
    now += 30
    assert values.get("b") == "B"
    assert values.items() == [("b", "B")]
    now += 40
    values.remove("c")
    assert (values.items(), values.weight) == ([], 0)


def test_lru_removes_and_clears():
    values = Lru[str, str](50, by_length)
    values.put("a", "one")
    values.put("b", "three")
    values.remove("a")
    values.remove("a")
    assert (values.items(), values.weight) == ([("b", "three")], 5)
    values.clear()
    assert (values.items(), values.weight) == ([], 0)


@pytest.mark.parametrize("value", [None, "", 0])
def test_lru_makes_a_value_once_whatever_it_is(value):
    values, made = Lru[str, object](3), []
    for _time in range(2):
        assert values.memoize("a", lambda: made.append("made") or value) == value
    assert made == ["made"]


def test_revision_cache_empties_itself_with_the_revision():
    cache = RevisionCache[str, str](50, by_length)
    cache.of("1").put("key", "one")
    assert cache.of("1").get("key") == "one"
    assert cache.of("2").get("key") is None
    cache.of("2").put("other", "two")
    assert cache.latest.weight == 3
    assert cache.of("1").get("key") is None


def test_revision_cache_does_not_mix_revisions_when_a_value_comes_late():
    cache = RevisionCache[str, str](50)
    late = cache.of("1")
    cache.of("2")
    late.put("key", "one")
    assert cache.of("2").get("key") is None


def test_revision_cache_is_cleared():
    cache = RevisionCache[str, str](50)
    cache.of("1").put("key", "one")
    cache.clear()
    assert len(cache.of("1")) == 0
