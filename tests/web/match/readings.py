"""Texts to match, and helpers that many tests of the page use."""

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress import services
from guidance.web.match.ad import AdResult

AD = "You must know Kafka.\nNice to have: Spark & Python. No Java."
CV = "WORK EXPERIENCE\nBuilt pipelines with Kafka.\nSKILLS\nPython (6 years), Spark"


def read(client: Client, **sent: object) -> HttpResponse:
    """Post a job ad to the page."""
    return client.post("/match/", {"text": AD, **sent})


def read_cv(client: Client, **sent: object) -> HttpResponse:
    return client.post("/match/", {"cv": CV, **sent})


def result_of(response: HttpResponse) -> AdResult:
    assert response.status_code == 200
    return response.context["ad"]


def named(rows: list) -> list[str]:
    return [row.slugs for row in rows]


def again(response: HttpResponse, **changes: object) -> dict[str, object]:
    """The fields of the page's form as a button submits them, with these changes."""
    sent: dict[str, object] = {"text": response.context["source"], "cv": response.context["cv_source"]}
    for name, value in response.context["corrections"].hidden:
        sent.setdefault(name, []).append(value)
    return sent | changes


def problems(response: HttpResponse) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def set_level(learner: User, slug: str, level: int) -> None:
    services.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=timezone.now())


def levels_of(learner: User) -> dict[str, int]:
    return dict(learner.learnerskills.values_list("skill__slug", "level"))
