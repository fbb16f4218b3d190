"""Texts of the wrong kind: one sentence says what to do, nothing is stored and nothing is logged."""

import logging

import pytest

from tests.factories import publish, skill_document
from tests.web.match.readings import AD, CV, named, problems, read, read_cv, result_of

pytestmark = pytest.mark.django_db

WHOLE_CV = (
    "Noor Example\nnoor@example.org\n\nWORK EXPERIENCE\n2018 - 2022 Acme\nBuilt pipelines with Kafka.\n\nEDUCATION\nBSc"
)
WHOLE_AD = (
    "Data engineer\n\nAbout us\nWe are looking for an engineer who joins our team. You will build pipelines.\n\nYour profile\n"
    "You know Kafka. Apply now, we offer you a good salary."
)


def problem_of(response, field: str = "text") -> str:
    assert response.status_code == 422
    [text] = problems(response)[field]
    return text


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("", "Paste a text here"),
        (" \n\t", "Paste a text here"),
        ("Kafka", "This is one word. Paste the whole ad"),
        ("x" * 100_000, "This is one word."),
        ("ab " * 33_334, "We read at most 100,000 characters"),
        ("PK\x03\x04\0\0\0word/document.xml", "This is the raw content of a file"),
        ("\ufffd\ufffd\x01\x02\x1b ELF \ufffd and more", "This is the raw content of a file"),
        ("Мы ищем инженера, который умеет строить системы и любит свою работу", "This is in Russian."),
        (
            "Nous cherchons une personne pour notre équipe et vous avez une passion pour la cuisine",
            "This is in French.",
        ),
        (WHOLE_CV, "This reads like a CV."),
    ],
)
def test_ad_that_is_none_is_answered_in_one_sentence(client, caplog, text, begins):
    with caplog.at_level(logging.DEBUG):
        assert problem_of(read(client, text=text)).startswith(begins)
    assert "session" not in client.cookies
    assert not text.strip() or text.strip()[:20] not in caplog.text


def test_text_of_100_000_characters_is_read_however_lines_end(client):
    line = f"A rocket flies to where nobody was. {'🚀 ' * 32}"[:99]
    assert read(client, text=f"{line}\r\n" * 1_000).status_code == 200


def test_what_django_does_not_read_is_too_long(client):
    response = read(client, text="x " * 1_000_000)
    assert response.status_code == 413
    assert problems(response)["text"][0].startswith("We read at most 100,000 characters")


def test_text_of_another_script_that_names_skills_is_read_with_a_word_of_warning(client):
    ad = result_of(read(client, text="Мы ищем инженера, который умеет Kafka и Python. Spark не нужен."))
    assert named(ad.asked.rows) == ["kafka", "python", "spark"]
    assert ad.notes[0].startswith("This ad is in Russian. Waymark found skill names in it, but can’t tell")


def test_ad_for_a_cook_says_that_it_is_for_other_work(client):
    response = read(client, text="Cook\nYou prepare menus for eighty guests, and count the stock with Python.")
    ad = result_of(response)
    assert named(ad.missing) == ["python"]
    assert ad.notes == [
        "This ad matches none of the 2 roles that Waymark knows, so some of its requirements may be missing here. If it does match one, choose the role under “Something is wrong”."
    ]


def test_cv_sent_as_an_ad_can_be_read_as_what_it_is(client):
    response = read(client, text=WHOLE_CV)
    assert "Read it as my CV" in response.text
    assert read(client, text=WHOLE_CV, **{"as": "swap"}).context["cv"].found[0].startswith("kafka 2 ")
    assert named(result_of(read(client, text=WHOLE_CV, sure="1")).missing) == ["kafka"]  # the user may insist


def test_ad_sent_as_a_cv_can_be_read_as_what_it_is(client):
    response = read_cv(client, cv=WHOLE_AD)
    assert problem_of(response, "cv").startswith("This reads like a job ad.")
    assert "Read it as a job ad" in response.text
    assert named(result_of(read_cv(client, cv=WHOLE_AD, **{"as": "swap"})).missing) == ["kafka"]


def test_two_texts_the_wrong_way_round_are_swapped_on_demand(client):
    response = read(client, text=WHOLE_CV, cv=WHOLE_AD)
    assert problem_of(response).startswith("These two look the wrong way round")
    response = read(client, text=WHOLE_CV, cv=WHOLE_AD, **{"as": "swap"})
    [row] = result_of(response).missing
    assert (row.slugs, row.best.level) == ("kafka", 2)  # according to the CV


def test_source_of_a_page_is_read_as_the_page_shows_it(client, problems_of):
    source = (
        "<html><body><script>alert('Spark')</script><style>p {}</style><h1>Data engineer</h1><p>You must know <b>Kafka</b>.</p>"
        "<ul><li>Nice to have: Python</li></ul><img src=x onerror=alert(1)></body></html>"
    )
    response = read(client, text=source)
    ad = result_of(response)
    assert (named(ad.asked.rows), named(ad.welcome.rows)) == (["kafka"], ["python"])
    assert "alert" not in response.text
    assert problems_of(response.text) == []


def test_markup_that_is_no_page_is_shown_and_does_nothing(client, problems_of):
    response = read(client, text=f'<script>alert("hello")</script> {AD}')
    assert "&lt;script&gt;alert(&quot;hello&quot;)&lt;/script&gt;" in response.text
    assert problems_of(response.text) == []


def test_list_of_every_skill_is_no_ad(client):
    slugs = [f"skill-{number}" for number in range(121)]
    publish(*(skill_document(slug, name=f"Qwert{number}") for number, slug in enumerate(slugs)))
    everything = ", ".join(f"Qwert{number}" for number in range(121))
    assert problem_of(read(client, text=everything)) == (
        "This text names 121 skills, too many for one ad. Paste one ad at a time."
    )
    assert problem_of(read_cv(client, cv=everything), "cv").startswith(
        "This text names 121 skills, too many for one CV."
    )


def test_short_cv_beside_an_ad_is_asked_for_whole(client):
    assert problem_of(read(client, cv="Kafka"), "cv").startswith("This is one word. Paste the whole CV")
    assert read(client, cv=CV).status_code == 200
