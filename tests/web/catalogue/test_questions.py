import pytest

from tests.factories import make_question

pytestmark = pytest.mark.django_db


def test_questions_are_readable_without_opening_anything(client):
    make_question(
        "how-long", name="How long does it take?", body="It takes **months**, see [roles](/roles/).\n", order=2
    )
    make_question("what", order=1)
    text = client.get("/questions/").text
    assert '<section class="panel answer" id="how-long"' in text
    assert "It takes <strong>months</strong>" in text
    assert '<li><a href="#how-long">How long does it take?</a></li>' in text
    assert text.index('id="what"') < text.index('id="how-long"')
    assert "<details" not in text.partition("<main")[2].partition("</main>")[0]


def test_questions_without_any_teach(client):
    assert "No question is published yet." in client.get("/questions/").text
