from collections import Counter

from hypothesis import given, settings

from guidance.web.skillmap.edges import lay
from guidance.web.skillmap.graph import Ground
from guidance.web.skillmap.layers import Places, place
from tests.progress.givens import catalogue, seconds_for
from tests.web.grounds import grounds, made_up, of_pack, shuffled

few = settings(max_examples=40, deadline=None)


def naive(ground: Ground) -> Places:
    """Columns by the longest chain below, rows by name."""
    column: dict[str, int] = {}

    def column_of(name: str) -> int:
        if name not in column:
            column[name] = 1 + max((column_of(need) for need in ground.needs[name]), default=-1)
        return column[name]

    used: Counter[tuple[str, int]] = Counter()
    row = {}
    for name in sorted(ground.needs):
        slot = ground.band[name], column_of(name)
        row[name] = used[slot]
        used[slot] += 1
    return Places(column, row, ground.bands)


def crossings(ground: Ground, places: Places) -> int:
    return lay(ground, places, dict.fromkeys(ground.needs, 1)).crossings


@few
@given(grounds())
def test_place_sets_every_station_down_once_and_after_what_it_needs(ground):
    places = place(ground)
    assert places.column.keys() == places.row.keys() == ground.needs.keys()
    assert sorted(places.bands) == sorted(ground.bands)
    assert min(places.column.values()) >= 0
    slots = Counter((ground.band[name], places.column[name], places.row[name]) for name in ground.needs)
    assert set(slots.values()) == {1}
    for name, needs in ground.needs.items():
        for need in needs:
            assert places.column[need] < places.column[name]


@few
@given(grounds())
def test_place_leaves_no_row_of_a_band_empty(ground):
    places = place(ground)
    for band in ground.bands:
        rows = {places.row[name] for name in ground.needs if ground.band[name] == band}
        assert rows == set(range(len(rows)))


@few
@given(grounds())
def test_place_puts_the_edges_of_the_map_to_its_edges(ground):
    places = place(ground)
    inner = ground.needs.keys() - ground.entries - ground.exits
    assert all(places.column[name] == 0 for name in ground.entries)
    assert all(places.column[name] > 0 for name in inner) or not ground.entries
    assert len({places.column[name] for name in ground.exits}) <= 1
    assert all(places.column[name] > places.column[other] for name in ground.exits for other in inner)


@few
@given(grounds())
def test_place_does_not_depend_on_the_order_of_what_is_given(ground):
    assert place(ground) == place(shuffled(ground))


def test_place_saves_crossings():
    counted = [
        (crossings(ground, place(ground)), crossings(ground, naive(ground))) for ground in map(made_up, range(8))
    ]
    assert all(placed <= 1.05 * before for placed, before in counted)
    assert sum(placed for placed, _ in counted) < 0.75 * sum(before for _, before in counted)


def test_place_saves_crossings_on_the_ways_to_the_roles_of_the_pack():
    grounds_ = [of_pack(role) for role in catalogue().roles]
    placed, before = (sum(crossings(ground, of(ground)) for ground in grounds_) for of in (place, naive))
    assert placed < 0.7 * before


def test_the_whole_pack_is_laid_out_in_a_second_and_with_less_crossings_and_paper_than_naively():
    ground, lines = of_pack(), dict.fromkeys(of_pack().needs, 2)
    layout, before = lay(ground, place(ground), lines), lay(ground, naive(ground), lines)
    assert layout.crossings < 0.75 * before.crossings
    # Height alone says little: a catalogue of more columns is lower in any layout, this one and the naive one.
    assert layout.height < before.height
    assert layout.width * layout.height < 0.85 * before.width * before.height
    assert seconds_for(lambda: lay(ground, place(ground), lines)) < 1


def test_place_draws_a_chain_as_one_line():
    ground = Ground({"a": [], "b": ["a"], "c": ["b"]}, dict.fromkeys("abc", "x"), ["x"])
    places = place(ground)
    assert places.column == {"a": 0, "b": 1, "c": 2}
    assert places.row == {"a": 0, "b": 0, "c": 0}


def test_place_lines_up_what_needs_the_same():
    """`d` and `e` open nothing: they follow each other instead of taking a row each."""
    ground = Ground({"a": [], "b": ["a"], "c": ["b"], "d": ["a"], "e": ["a"]}, dict.fromkeys("abcde", "x"), ["x"])
    places = place(ground)
    assert places.row["b"] == places.row["c"] != places.row["d"] == places.row["e"]
    assert places.row["a"] in {0, 1}
    assert sorted([places.column["d"], places.column["e"]]) == [1, 2]


def test_place_keeps_bands_that_lead_to_each_other_together():
    needs = {"a": [], "b": [], "c": ["a"], "d": ["a"], "e": ["b"]}
    ground = Ground(needs, {"a": "one", "b": "two", "c": "three", "d": "three", "e": "two"}, ["one", "two", "three"])
    order = list(place(ground).bands)
    assert abs(order.index("one") - order.index("three")) == 1


def test_place_of_nothing_is_nothing():
    assert place(Ground({}, {}, ["one"])) == Places({}, {}, ["one"])
