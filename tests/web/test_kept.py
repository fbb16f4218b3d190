from guidance.web.cache import Kept


def test_kept_values_are_bounded_by_weight():
    kept = Kept[str](limit=50, weigh=len)
    for number in range(100):
        kept.put("1", number, "x" * 10)
    assert kept.weight == 50
    assert kept.get("1", 99) == "x" * 10
    assert kept.get("1", 94) is None


def test_kept_value_used_last_stays_longest():
    kept = Kept[str](limit=2)
    kept.put("1", "a", "A")
    kept.put("1", "b", "B")
    kept.get("1", "a")
    kept.put("1", "c", "C")
    assert [kept.get("1", key) for key in "abc"] == ["A", None, "C"]


def test_kept_value_put_again_is_weighed_once():
    kept = Kept[str](limit=50, weigh=len)
    kept.put("1", "a", "long text")
    kept.put("1", "a", "text")
    assert kept.weight == 4


def test_kept_values_go_with_their_revision():
    kept = Kept[str](limit=50, weigh=len)
    kept.put("1", "key", "one")
    assert kept.get("2", "key") is None
    kept.put("2", "other", "two")
    assert kept.get("1", "key") is None
    assert kept.weight == 3


def test_kept_value_heavier_than_the_limit_is_not_kept():
    kept = Kept[str](limit=5, weigh=len)
    assert kept.put("1", "a", "too long") == "too long"
    assert kept.weight == 0
