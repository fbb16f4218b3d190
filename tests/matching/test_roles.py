from types import SimpleNamespace

import pytest

from guidance.matching.roles import RoleReader, fits


def role(name, skills=(), choices=None, **titles):
    lists = {"names": (), "subjects": (), "broad": (), "others": ()} | {
        key: tuple(value) for key, value in titles.items()
    }
    return SimpleNamespace(
        name=name,
        titles=SimpleNamespace(**lists),
        requirements={skill: SimpleNamespace(level=2, importance=importance) for skill, importance in skills},
        choices=choices or {},
    )


ROLES = {
    "ai": role("AI engineer", subjects=["AI"], others=["AI trainer", "AI analyst"]),
    "ml": role("ML engineer", subjects=["ML", "machine learning"]),
    "data": role("Data engineer", [("sql", 5), ("kafka", 4), ("spark", 4), ("dbt", 3), ("python", 3)], names=["data engineer", "data platform"]),
    "science": role("Data scientist", names=["data scientist", "Datenwissenschaftler"]),
    "developer": role("Software developer", [("python", 5), ("git", 5), ("sql", 2), ("java", 4)], broad=["developer", "Softwareentwickler"]),
    "product": role("Product manager", names=["product manager"]),
    "unlisted": role("Robot tamer"),
}  # fmt: skip
READER = RoleReader(ROLES)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AI Engineer", ["ai"]),
        ("AI Data Engineer", ["data", "ai"]),
        ("Developer, AI", ["ai", "developer"]),
        ("Developer (with a taste for AI)", ["developer", "ai"]),
        ("Data Scientist / ML Engineer", ["science", "ml"]),
        ("AI / ML Engineer", ["ai", "ml"]),
        ("Developer + a bit of AI", ["developer", "ai"]),
        ("ML Engineer / Analytics Developer", ["ml", "developer"]),
        ("KI-Entwicklerin / KI-Entwickler Robot Tamer", ["unlisted"]),
        ("Softwareentwickler:in (m/w/d)", ["developer"]),
        ("Datenwissenschaftler*in", ["science"]),
        ("Senior Product Manager, ML", ["product"]),
        ("Sales Manager, AI", []),
        ("Account Executive – Data Platform", []),
        ("Developer – Data Platform", ["data", "developer"]),
        ("Senior Developer, Data Scientist Tools", ["science", "developer"]),
        ("AI Trainer", []),
        ("Line Cook", []),
        ("Robot Tamer", ["unlisted"]),
    ],
)
def test_title_names_roles(title, expected):
    guesses = READER.guesses(title, ())
    assert [guess.role for guess in guesses] == expected
    assert {guess.why for guess in guesses} <= {"title"}


def test_roles_that_a_title_names_as_much_are_in_the_order_of_their_skills():
    roles = {slug: role(slug, [(f"{slug}{n}", 3) for n in range(5)], subjects=[slug]) for slug in ("vision", "speech")}
    skills = [f"speech{n}" for n in range(5)]
    assert [guess.role for guess in RoleReader(roles).guesses("Vision and Speech Engineer", skills)] == [
        "speech",
        "vision",
    ]
    assert [guess.role for guess in RoleReader(roles).guesses("Vision and Speech Engineer", ())] == ["vision", "speech"]


@pytest.mark.parametrize("title", [None, "Member of Staff"])
def test_skills_say_it_where_the_title_does_not(title):
    guesses = READER.guesses(title, ["sql", "kafka", "spark", "dbt"])
    assert [(guess.role, guess.why) for guess in guesses] == [("data", "skills")]
    assert READER.guesses(title, ["sql", "kafka", "python"]) == ()


def test_skills_add_roles_to_those_of_the_title_up_to_three():
    skills = [f"skill{n}" for n in range(5)]
    roles = {
        slug: role(slug, [(skill, 3) for skill in skills], subjects=[slug])
        for slug in ("games", "robots", "speech", "vision")
    }
    reader = RoleReader(roles)
    by_skills = [(guess.role, guess.why) for guess in reader.guesses("Vision Engineer", skills)]
    assert by_skills == [("vision", "title"), ("games", "skills"), ("robots", "skills")]
    assert len(reader.guesses("Vision, Speech and Games Engineer", skills)) == 3


def test_skills_do_not_make_another_trade_one_of_ours():
    assert READER.guesses("Electrician", ["sql", "kafka", "spark", "dbt"]) == ()


def test_a_job_that_sounds_like_one_of_ours_is_none_whatever_its_skills():
    assert READER.guesses("AI Analyst", ("sql", "kafka", "spark", "dbt", "python")) == ()


def test_fit_counts_what_the_text_and_the_role_have_in_common():
    found = fits(["sql", "kafka", "spark", "dbt", "git", "python"], ROLES)
    assert list(found) == ["data"]  # the text names only three of the developer's skills
    assert found["data"] == pytest.approx(2 * 1 * (5 / 6) / (1 + 5 / 6))


def test_a_choice_counts_once_whichever_of_its_skills_are_named():
    skills = [(slug, 5) for slug in ("python", "sql", "git")]
    cloud = {"cloud": SimpleNamespace(one_of={"aws": 2, "azure": 2, "gcp": 2}, importance=5)}
    roles = {"engineer": role("Engineer", skills, cloud)}
    assert fits(["python", "sql", "git", "aws"], roles) == {"engineer": 1.0}
    assert fits(["python", "sql", "git", "aws", "azure"], roles) == {"engineer": 1.0}
    assert fits(["python", "sql", "aws", "azure", "gcp"], roles) == {}  # three terms
