import json

import pytest

from guidance.api.match import MAX_ESCAPE_BYTES
from guidance.api.views import MAX_BYTES
from guidance.matching.service import MAX_TEXT
from tests.factories import make_role, make_skill, rename

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    make_skill("sql", kind="tool", effort=[5, 10, 20, 40])
    make_skill("python", kind="tool", effort=[10, 20, 30, 40])
    make_skill("kafka", kind="tool", effort=[4, 8, 16, 32], prerequisites={"sql": 2})
    make_skill("spark", kind="tool", effort=[6, 12, 18, 24], prerequisites={"sql": 2})
    make_role("data-engineer", requirements={"kafka": (3, 5), "python": (1, 3)})


@pytest.fixture
def post(client):
    def post(question, status=200):
        body = question if isinstance(question, (str, bytes)) else json.dumps(question)
        response = client.post("/api/v1/match/", body, content_type="application/json")
        assert response.status_code == status, response.content
        assert response.headers["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")
        return response.json()

    return post


def test_match_answers_in_the_shape_of_the_contract(post, catalogue):
    text = "  Naïve 🚀 ad: Python is required, Kafka a plus. No SQL needed. Python"
    found = post({"text": text})
    assert [tuple(match.values()) for match in found["matches"]] == [
        ("python", "Python", 14, 20, "must"),
        ("kafka", "Kafka", 34, 39, "nice"),
        ("python", "Python", 63, 69, None),
    ]
    assert list(found["matches"][0]) == ["skill", "text", "start", "end", "cue"]
    assert all(text[match["start"] : match["end"]] == match["text"] for match in found["matches"])
    assert found["skills"] == [
        {"skill": "python", "name": "Python", "mentions": 2, "cue": "must"},
        {"skill": "kafka", "name": "Kafka", "mentions": 1, "cue": "nice"},
    ]
    assert found.keys() == {
        "matches", "skills", "title", "employer", "place", "language", "roles", "seniority", "years", "degree", "choices",
    }  # fmt: skip


def test_match_answers_what_else_an_ad_says(post, catalogue):
    text = """Senior Data Engineer – permanent
Tarn & Vale · Leeds

We look for:
- 5+ years with Kafka or Spark, 2-3 years of Python
- a bachelor's degree is welcome"""
    found = post({"text": text, "role": "data-engineer"})
    assert {key: found[key] for key in ("title", "employer", "place", "language", "choices")} == {
        "title": "Senior Data Engineer",
        "employer": "Tarn & Vale",
        "place": "Leeds",
        "language": "en",
        "choices": [["kafka", "spark"]],
    }
    assert found["roles"] == [{"role": "data-engineer", "name": "Data engineer", "why": "title"}]
    assert found["seniority"] == {"rank": "senior", "text": "Senior", "in_title": True}
    years = [(one["minimum"], one["maximum"], one["of"], one["skill"], one["cue"]) for one in found["years"]]
    assert years == [(5, None, "Kafka or Spark", None, "must"), (2, 3, "Python", "python", "must")]
    assert [text[one["start"] : one["end"]] for one in found["years"]] == ["5+ years", "2-3 years"]
    assert found["degree"] == {"text": "bachelor's degree", "cue": "nice"}
    assert [(item["skill"], item["target"]) for item in found["gap"]] == [("kafka", 3), ("spark", 2), ("python", 2)]


def test_match_names_no_role_for_another_trade(post, catalogue):
    assert post({"text": "Cook for our staff canteen\nYou make everything fresh."})["roles"] == []


def test_gap_goes_to_the_levels_of_the_role_and_else_to_two(post, catalogue):
    found = post({"text": "Python, Kafka, Spark", "role": "data-engineer", "levels": {"sql": 1}})
    assert found["gap"] == [
        {"skill": "python", "level": 0, "target": 1, "hours": 10.0},
        {"skill": "kafka", "level": 0, "target": 3, "hours": 10.0 + 28},  # including level 2 of SQL
        {"skill": "spark", "level": 0, "target": 2, "hours": 10.0 + 18},
    ]
    assert found["gap_hours"] == 10 + 10 + 28 + 18  # SQL counts once


def test_gap_leaves_out_what_is_reached_and_what_the_text_does_not_name(post, catalogue):
    found = post({"text": "Kafka, Spark", "role": "data-engineer", "levels": {"kafka": 4, "spark": 1}})
    assert found["gap"] == [{"skill": "spark", "level": 1, "target": 2, "hours": 12.0}]


def test_gap_is_worked_out_from_a_role_alone_and_from_levels_alone(post, catalogue):
    assert post({"text": "Python", "role": "data-engineer"})["gap_hours"] == 10
    assert post({"text": "Python", "levels": {}})["gap_hours"] == 30
    nothing = post({"text": "nothing", "levels": {}})
    assert [nothing[key] for key in ("matches", "skills", "gap", "gap_hours")] == [[], [], [], 0.0]


def test_old_slugs_mean_the_skill(post, catalogue):
    rename(make_skill("postgres", kind="tool", name="PostgreSQL"), "postgresql")
    assert post({"text": "PostgreSQL", "levels": {"postgres": 2}})["gap"] == []


@pytest.mark.parametrize("char", ["x", "é", "🚀"])
def test_longest_text_is_read_however_it_is_escaped(post, catalogue, char):
    question = {"text": char * MAX_TEXT, "levels": {}}
    assert post(json.dumps(question))["matches"] == []
    assert post(json.dumps(question, ensure_ascii=False).encode())["matches"] == []


def test_longer_text_is_refused_at_its_field(post, catalogue):
    problem = post({"text": "x" * (MAX_TEXT + 1)}, 400)
    assert problem["errors"] == {"text": ["Ensure this field has no more than 100000 characters."]}


def test_what_is_far_too_large_is_not_read(post, catalogue):
    post(b" " * (MAX_BYTES + MAX_ESCAPE_BYTES * MAX_TEXT + 1), 413)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["Python"]}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "", "role": "astronaut"}, "role"),
        ({"text": "", "levels": {"python": 5}}, "levels"),
        ({"text": "", "levels": [1]}, "levels"),
    ],
)
def test_wrong_values_are_refused_at_their_field(post, catalogue, question, name):
    assert set(post(question, 400)["errors"]) == {name}


def test_levels_of_unknown_skills_are_ignored_and_named(post, catalogue):
    found = post({"text": "Python", "levels": {"python": 1, "basket-weaving": 1}})
    known = post({"text": "Python", "levels": {"python": 1}})
    assert found == known | {"ignored": ["basket-weaving"]}


def test_offsets_count_blanks_at_the_ends(post, catalogue):
    (match,) = post({"text": " \n Python \n "})["matches"]
    assert (match["start"], match["end"]) == (3, 9)


def test_match_asks_only_for_the_revision(post, catalogue, django_assert_max_num_queries):
    post({"text": ""})  # loads the catalogue into the process
    with django_assert_max_num_queries(1):
        post({"text": "Python", "role": "data-engineer", "levels": {"python": 1}})


def test_answer_is_for_every_origin_and_for_nobody_to_keep(client, catalogue):
    response = client.post("/api/v1/match/", {"text": "Python"}, content_type="application/json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
