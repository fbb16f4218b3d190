import re
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress import services
from guidance.web import cache
from tests.factories import (
    make_catalogue,
    make_industry,
    make_project,
    make_resource,
    make_role,
    make_skill,
    rename,
    retire,
)
from tests.web.learners import merge, queries_of, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    """The names of the skills listed, in order."""
    return [row.skill.name for group in response.context["groups"] for row in group.rows]


def test_skills_are_grouped_by_area(client):
    make_skill("sql", area="data-engineering")
    make_skill("python")
    make_skill("git")
    groups = client.get("/skills/").context["groups"]
    assert [(g.area.slug, [r.skill.slug for r in g.rows]) for g in groups] == [
        ("programming", ["git", "python"]),
        ("data-engineering", ["sql"]),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("area=programming", ["Docker", "Git", "Python"]),
        ("kind=tool", ["Docker", "Git"]),
        ("horizon=emerging", ["Docker"]),
        ("role=ai-engineer", ["Python"]),
        ("industry=healthcare", ["Sql"]),
        ("kind=tool&horizon=core", ["Git"]),
        ("kind=practice", []),
        ("sort=name", ["Docker", "Git", "Python", "Sql"]),
        ("sort=demand", ["Sql", "Docker", "Git", "Python"]),
        ("sort=hours", ["Git", "Docker", "Python", "Sql"]),
        ("sort=order", ["Docker", "Python", "Git", "Sql"]),
    ],
)
def test_skills_filter_and_sort(client, query, expected):
    make_skill("docker", kind="tool", horizon="emerging")
    make_skill("git", kind="tool", prerequisites={"python": 1}, effort=[1, 1, 1, 1])
    make_skill("python")
    make_skill("sql", area="data-engineering", demand=19)
    make_role("ai-engineer", requirements={"python": (3, 5)})
    make_industry("healthcare", emphases={"sql": 1.0})
    response = client.get(f"/skills/?{query}")
    assert response.status_code == 200
    assert names(response) == expected


def test_skills_of_a_role_show_what_it_asks(client):
    make_role("ai-engineer", requirements={"python": (3, 5)})
    assert "importance 5" in client.get("/skills/?role=ai-engineer").text


def test_skills_found_by_text_come_best_first(client):
    make_skill("kubernetes", aliases=["k8s"])
    make_skill("python", body="It runs on Kubernetes as well.\n")
    assert names(client.get("/skills/?q=k8s"))[0] == "Kubernetes"
    assert names(client.get("/skills/?q=kubernetes")) == ["Kubernetes", "Python"]


def test_skills_that_do_not_exist_teach(client):
    make_skill("python")
    text = client.get("/skills/?kind=tool").text
    assert "No skills match these filters" in text
    assert "Show all skills" in text
    assert "0 of 1 skill" in text


def test_skills_say_what_is_wrong_with_a_filter(client):
    make_skill("python")
    response = client.get("/skills/?area=nonsense&page=99&sort=random")
    assert response.status_code == 400
    assert "“nonsense” is not a known value of area." in response.text
    assert "“99” is not a number from 1 to 1." in response.text
    assert "“random” is not a known value of sort." in response.text
    assert names(response) == ["Python"]


def test_skills_keep_a_renamed_filter_working(client):
    make_skill("python")
    response = client.get("/skills/?area=programming&kind=concept")
    assert 'value="programming" selected' in response.text
    assert 'value="concept" selected' in response.text


def test_skills_have_pages(client):
    make_catalogue(130)
    first, last = client.get("/skills/"), client.get("/skills/?page=3")
    assert (len(names(first)), len(names(last))) == (60, 10)
    assert 'href="?page=2" rel="next"' in first.text
    assert client.get("/skills/?page=4").status_code == 400


def test_skills_for_htmx_are_the_results_and_the_count(client):
    make_skill("python")
    response = client.get("/skills/?q=&area=&kind=concept&sort=", headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == "/skills/?kind=concept"
    text = response.text
    assert text.strip().startswith('<div id="results">')
    assert 'hx-swap-oob="innerHTML:#count"' in text
    assert "1 of 1 skill" in text
    assert "<form" not in text


@pytest.mark.parametrize("size", [60, 600])
def test_pages_take_few_queries_whatever_the_size(client, size):
    make_catalogue(size)
    snapshot.current()
    for path, most in (
        ("/", 1),
        ("/skills/", 1),
        ("/skills/skill-050/", 1),
        ("/skills/?q=skill", 3),
        ("/search/?q=skil-05o", 3),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= most, (path, [query["sql"] for query in queries])


def test_skills_stay_light_with_600(client):
    make_catalogue(600)
    assert len(cache.CachedPage(client.get("/skills/")).gzipped) < 12_000


def test_a_skill_shows_only_a_few_of_many_aliases(client):
    make_skill("llm-apis", aliases=[f"Product {n}" for n in range(1, 12)])
    make_skill("sql", aliases=[f"Dialect {n}" for n in range(1, 10)])
    page = client.get("/skills/llm-apis/").context["page"]
    assert page.description.startswith("In job ads also: Product 1, ")
    assert "Product 8 and 3 more. " in page.description
    assert "Dialect 8, Dialect 9. " in client.get("/skills/sql/").context["page"].description


def test_skill_page_says_everything(client):
    make_skill("linux", effort=[4, 12, 30, 60])
    make_skill(
        "kubernetes",
        aliases=["k8s", "kube"],
        demand=28,
        prerequisites={"docker": 2},
        kind="tool",
        horizon="advanced",
        external={"esco": ["http://data.europa.eu/esco/skill/1"], "onet": ["2.B.3.e"]},
        body="It runs **containers**.\n",
    )
    make_skill("docker", prerequisites={"linux": 1}, area="operations")
    make_skill("operators", prerequisites={"kubernetes": 3})
    make_role("mlops-engineer", requirements={"kubernetes": (3, 4)})
    make_industry("finance", emphases={"kubernetes": 0.5})
    make_resource("kubernetes-docs", skills={"kubernetes": [0, 2]}, checked_on=date(2026, 11, 24))
    make_resource(
        "kube-book", type="book", cost={"amount": 60, "currency": "USD"}, affiliate=True, skills={"kubernetes": [1, 3]}
    )
    make_project("cluster", proves={"kubernetes": 2})
    response = client.get("/skills/kubernetes/")
    text = markup_of(response)
    for expected in (
        "In job ads also: k8s, kube.",
        "Tool, advanced.",
        "<strong>containers</strong>",
        "28%",
        "You can use Kubernetes at level 4.",
        "12 h from level 1",
        "at level 2, working",
        "from level 3",
        "2 skills, 20 h, in an order that works",
        "Mlops engineer",
        "extra weight: 0.5",
        "checked 24 November 2026",
        "not checked yet",
        "about 60 USD",
        "We earn a commission on a qualifying purchase",
        "proves level 2, 12 h",
        "ESCO 1",
        "O*NET 2.B.3.e",
    ):
        assert expected in text, expected
    assert [(item.record.slug, item.note) for item in response.context["page"].before] == [
        ("linux", "level 1, 4 h"),
        ("docker", "level 2, 16 h"),
    ]


def test_skill_page_marks_only_affiliate_links_as_sponsored(client):
    make_skill("python")
    free = make_resource("docs")
    paid = make_resource("book", affiliate=True, cost={"amount": 10, "currency": "EUR"})
    text = markup_of(client.get("/skills/python/"))
    assert f'href="/out/{free.pk}/" rel="noopener"' in text
    assert f'href="/out/{paid.pk}/" rel="sponsored noopener"' in text
    assert text.count("(affiliate link)") == 1


def test_skill_page_begins_with_the_first_unit_where_there_is_one(client):
    make_resource("docs", skills={"python": [0, 2]})
    make_skill("python")
    assert "Start with the first resource" in client.get("/skills/python/").text
    units = {1: [{"id": "say-hello", "do": "Say hello. Done when it is said.", "minutes": 240}]}
    make_skill("sql", units=units)
    text = client.get("/skills/sql/").text
    assert 'href="#unit-sql-1-say-hello">Start with unit 1</a>' in text
    assert "Start with the first resource" not in text


def test_skill_page_without_anything_around_it_teaches(client):
    make_skill("python")
    text = client.get("/skills/python/").text
    for expected in (
        "Nothing. You can start today.",
        "No other skill needs this one",
        "There’s no resource yet",
        "No role in the catalogue lists it",
        "not counted",
    ):
        assert expected in text


def test_skill_page_draws_a_few_of_many_and_lists_all(client):
    for number in range(13):
        make_skill(f"later-{number:02}", prerequisites={"python": 1})
    response = client.get("/skills/python/")
    assert response.text.count("and 7 more in the list") == 2  # wide and narrow
    assert all(f'<li><a href="/skills/later-{number:02}/"' in response.text for number in range(13))


def test_pages_have_markup_that_a_strict_policy_lets_work(client, problems_of):
    make_catalogue(60)
    for path in (
        "/",
        "/skills/",
        "/skills/skill-033/",
        "/search/?q=skill",
        "/search/",
        "/nothing-here/",
        "/skills/?kind=x",
    ):
        assert problems_of(client.get(path).text) == [], path


def test_pages_escape_what_the_catalogue_says(client, problems_of):
    make_skill(
        "odd",
        name='<b onclick="x">Odd</b> & co',
        summary='"><script>alert(1)</script>',
        body="<script>alert(1)</script> [x](javascript:alert(1))\n",
    )
    make_skill("after", prerequisites={"odd": 1})
    for path in ("/skills/odd/", "/skills/after/", "/skills/", "/search/?q=odd"):
        assert problems_of(client.get(path).text) == [], path


# Signed in


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


def fill(learner, number: int) -> None:
    """Make one of everything that a learner can have for Python."""
    now, python = timezone.now(), make_skill("python")
    today = learner.local_date(now)
    docs = make_resource(f"docs-{number}", skills={"python": [0, 2]})
    project = make_project(f"report-{number}", proves={"python": 2})
    services.log_study(learner=learner, skill=python, resource=docs, minutes=30, on=today, now=now)
    services.tick_resource(learner=learner, resource=docs, done=True, now=now)
    services.add_evidence(learner=learner, skill=python, project=project, text=f"Proof {number}.", now=now)
    services.save_project_work(learner=learner, project=project, ticked=["Check 1."], now=now)
    services.write_note(learner=learner, skill=python, text="Read on.")


def test_resources_that_units_use_come_first_and_another_programming_language_is_named(client):
    make_resource("java-book", name="A Java book", programming_language="java", skills={"python": [0, 1]}, hours=1)
    make_resource("book", name="A book", skills={"python": [0, 3]}, hours=25)
    make_skill("python", units={1: [{"id": "a", "read": "book", "part": "Chapter 1", "minutes": 45}]})
    resources = client.get("/skills/python/").text.split("How to learn it")[1]
    assert resources.index("A book") < resources.index("A Java book") < resources.index("code in Java")


def test_resources_of_a_level_with_units_are_needed_in_part(signed_in):
    make_resource("book", skills={"python": [0, 1]}, hours=25)
    make_skill("python", units={1: [{"id": "a", "read": "book", "part": "Chapter 1", "minutes": 45}]})
    text = " ".join(signed_in.get("/skills/python/").text.split())
    assert "Resources for level 1" in text
    assert "You need only the parts that the units name. The hours are for each resource as a whole." in text
    assert "of 1 done" not in text


def test_skill_page_of_a_learner_has_what_is_theirs(signed_in, learner):
    make_skill("python")
    make_skill("rag", prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"python": (2, 5), "rag": (2, 5)})
    set_goal(learner)
    fill(learner, 1)
    services.assess(learner=learner, skill=make_skill("python"), level=1, now=timezone.now())
    response = signed_in.get("/skills/python/")
    text = " ".join(response.text.split())
    assert response["Cache-Control"] == "private, no-store"
    for expected in (
        'name="minutes" value="30"',
        'href="/log/?skill=python&amp;next=/skills/python/"',
        'name="level" value="1" checked>',
        "You haven’t started.",
        "12 h from level 1",
        "your target",
        "To get from level 1 to level 2",
        "1 of 1 done",
        'role="checkbox" aria-checked="true" name="done" value="0"',
        "Proof 1.",
        '<a href="/projects/report-1/">Report 1</a>',
        "30 min in all",
        "> Read on.</textarea>",
        "The role “AI engineer” requires level 2.",
        "Leads to Rag.",
        "The next one in your plan is Rag.",
        "proves level 2, 12 h · 1 of 4 lines ticked",
        "your goal",
    ):
        assert expected in text, expected


def test_skill_page_of_a_learner_without_a_goal_offers_one(signed_in, learner):
    make_skill("python")
    text = signed_in.get("/skills/python/").text
    assert "If you set a goal, this page also shows what the skill does for it." in text
    assert "What it does for your goal" not in text
    assert "your target" not in text


def test_skill_page_says_that_the_role_of_the_goal_is_no_more(signed_in, learner):
    role = make_role("ai-engineer", requirements={"python": (2, 5)})
    set_goal(learner)
    retire(role)
    text = markup_of(signed_in.get("/skills/python/"))
    assert 'The role of your goal has been retired. <a href="/plan/goal/">Choose another role</a>' in text


def test_skill_page_has_a_tag_for_a_target_only(signed_in, learner):
    make_skill("cooking")
    make_role("ai-engineer", requirements={"python": (2, 5)})
    set_goal(learner)
    text = signed_in.get("/skills/cooking/").text
    assert "needed for other skills" not in text
    assert "your target" not in text


def test_skill_page_of_a_visitor_has_nothing_of_a_learner(client):
    make_skill("python")
    text = client.get("/skills/python/").text
    assert "csrfmiddlewaretoken" not in text
    assert "What each level means" in text
    client.cookies[settings.SESSION_COOKIE_NAME] = "over"  # a session that has ended
    assert "What each level means" in client.get("/skills/python/").text


def test_skill_page_shows_nobody_elses_things(signed_in, learner):
    make_skill("python")
    other = User.objects.create_user("other@waymark.example")
    fill(other, 1)
    own = signed_in.get("/skills/python/").context["own"]
    assert (own.evidence, own.sessions, own.note, own.done) == ([], [], "", 0)
    assert [item.note for item in own.projects] == ["proves level 2, 12 h"]


def test_skill_page_of_a_learner_moves_and_goes_as_for_everybody(signed_in, learner):
    python = make_skill("python")
    rename(python, "python-3")
    response = signed_in.get("/skills/python/")
    assert (response.status_code, response["Location"]) == (301, "/skills/python-3/")
    into = make_skill("programming")
    merge(python, into)
    assert signed_in.get("/skills/python-3/")["Location"] == "/skills/programming/"
    retire(into)
    assert signed_in.get("/skills/programming/").status_code == 410


def test_skill_page_of_a_learner_takes_as_few_queries_with_three_of_everything_as_with_one(signed_in, learner):
    make_role("ai-engineer", requirements={"python": (2, 5)})
    set_goal(learner)
    counts = []
    for number in (1, 2, 3):
        fill(learner, number)
        signed_in.get("/skills/python/")
        counts.append(queries_of(signed_in, "/skills/python/"))
    assert counts[0] == counts[2]
    assert counts[0] <= 9


def test_skill_page_of_a_learner_has_markup_that_a_strict_policy_lets_work(signed_in, learner, problems_of):
    fill(learner, 1)
    now, python = timezone.now(), make_skill("python")
    services.add_evidence(
        learner=learner,
        skill=python,
        url='https://evil.example/?"><script>alert(1)</script>',
        text='<img src=x onerror="alert(1)">',
        now=now,
    )
    services.write_note(learner=learner, skill=python, text="</textarea><script>alert(1)</script>")
    text = signed_in.get("/skills/python/").text
    assert problems_of(text) == []
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'rel="noopener nofollow ugc">https://evil.example/' in text
    for sent in ({"url": '"><b>'}, {"text": "<b>" * 1000}):
        response = signed_in.post("/skills/python/evidence/", sent)
        assert (response.status_code, problems_of(response.text)) == (422, [])


def test_skill_page_gives_forms_new_ids_when_what_they_are_about_has_changed(signed_in, learner):
    """htmx keeps the input of a field whose id stays the same."""
    python = make_skill("python")

    def ids(text: str) -> list[str]:
        return re.findall(r'id="((?:evidence|level)\d+-\w+)"', text)

    before = ids(signed_in.get("/skills/python/").text)
    assert "evidence0-url" in before
    assert "level0-4" in before
    services.add_evidence(learner=learner, skill=python, text="Mine.", now=timezone.now())
    services.assess(learner=learner, skill=python, level=1, now=timezone.now())
    assert not set(before) & set(ids(signed_in.get("/skills/python/").text))
