import re

from guidance.curation.prerequisite_graph import MAX_BOXES, draw, nearby_skills

EDGES = {
    "a": {},
    "b": {"a": 1},
    "c": {"b": 2},
    "d": {"c": 3, "a": 1},
    "e": {"d": 1},
    "f": {"e": 1},
    "g": {"c": 1},
}
NAMES = {slug: f"Skill <{slug}>" for slug in EDGES}


def test_around_has_two_steps_either_way_and_each_skill_once():
    found = nearby_skills(EDGES, "c")
    assert (found.needs_of_needs, found.needs) == (["a"], ["b"])
    assert (found.opens, found.opens_of_opens) == (["d", "g"], ["e"])
    assert nearby_skills(EDGES, "d").needs == ["a", "c"]
    assert nearby_skills(EDGES, "d").needs_of_needs == ["b"]  # without a, which is a direct need
    assert nearby_skills(EDGES, "unknown").columns == ([], [], ("unknown",), [], [])


def test_drawing_escapes_names_and_links_everything_but_the_skill_itself():
    drawn = draw(nearby_skills(EDGES, "c"), EDGES, NAMES, lambda slug: f"/graph/{slug}/?a=1&b=2")
    assert "<d>" not in drawn
    assert "Skill &lt;d&gt;" in drawn
    assert sorted(re.findall(r'href="/graph/(\w)/\?a=1&amp;b=2"', drawn)) == ["a", "b", "d", "e", "g"]
    assert drawn.count("<path") == 5  # b → c, a → b, c → d, c → g, d → e; a → d passes by
    assert 'style="' not in drawn


def test_drawing_says_how_many_it_leaves_out():
    edges = {"hub": {}} | {f"s{number}": {"hub": 1} for number in range(MAX_BOXES + 3)}
    drawn = draw(nearby_skills(edges, "hub"), edges, {}, str)
    assert "and 3 more" in drawn
    assert drawn.count("<rect") == MAX_BOXES + 1


def test_long_names_stand_on_two_lines_at_most():
    names = {"c": "A very long name of a skill that goes on and on and on"}
    drawn = draw(nearby_skills(EDGES, "c"), EDGES, names, str)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.split('class="here"')[1].split("</g>")[0])
    assert len(texts) == 2
    assert texts[1].endswith("…")
