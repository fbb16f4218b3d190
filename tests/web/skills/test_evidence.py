import pytest
from django.test import Client

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress import services
from guidance.progress.models import Evidence
from tests import factories
from tests.web.learners import messages_of, said

pytestmark = pytest.mark.django_db
ADD = "/skills/python/certificates/"
SENT = {"name": "Programmer", "issuer": "Institute", "issued_on": "2026-05-31", "url": "https://example.com/42"}
EVENT = "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11"


@pytest.fixture
def lena(db) -> User:
    factories.publish(factories.skill_document("python"))
    return User.objects.create_user("lena@example.com")


@pytest.fixture
def client(lena) -> Client:
    client = Client()
    client.force_login(lena)
    return client


def test_certificate_is_added_once_shown_as_what_it_is_and_removed(client):
    for _twice in range(2):
        response = client.post(ADD, SENT | {"event_id": EVENT})
    certificate = Evidence.objects.get()
    assert messages_of(response)[-1] == ("Certificate added.", f"/evidence/{certificate.pk}/remove/")
    assert "Certificate, issued by Institute on 31 May 2026" in said(client.get("/skills/python/"))
    client.post(f"/evidence/{certificate.pk}/remove/")
    assert not Evidence.objects.exists()


def test_form_says_what_is_wrong_at_the_field(client, problems_of):
    for field, value in (("name", ""), ("issued_on", "2199-01-01"), ("issuer", "mail me@example.com"), ("url", "x")):
        response = client.post(ADD, SENT | {field: value})
        assert response.status_code == 422, field
        assert list(response.context["certificate_form"].errors) == [field]
        assert problems_of(response.text) == []
    assert not Evidence.objects.exists()


def test_certificate_and_work_are_changed(client, lena):
    client.post(ADD, SENT)
    certificate = Evidence.objects.get()
    path = f"/evidence/{certificate.pk}/"
    assert 'value="2026-05-31"' in client.get(path).text
    assert client.post(path, SENT | {"issuer": ""}).status_code == 422
    response = client.post(path, SENT | {"issuer": "School"})
    assert response.headers["Location"] == "/skills/python/"
    certificate.refresh_from_db()
    assert certificate.issuer == "School"
    work = services.add_evidence(learner=lena, skill=Skill.objects.get(), text="A parser.", now=lena.date_joined)
    assert client.post(f"/evidence/{work.pk}/", {"url": "", "text": ""}).status_code == 422
    client.post(f"/evidence/{work.pk}/", {"url": "", "text": "A better parser."})
    work.refresh_from_db()
    assert work.text == "A better parser."
