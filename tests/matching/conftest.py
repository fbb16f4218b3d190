from pathlib import Path
from types import SimpleNamespace

import pytest

from guidance.catalog.documents import parse
from guidance.catalog.kinds import Alias
from guidance.catalog.models import Kind
from guidance.matching import matcher, service

SKILLS = Path(__file__).parents[2] / "guidance" / "catalog" / "content" / "skills"


def _alias(value):
    if isinstance(value, str):
        return Alias(value)
    return Alias(
        value["name"], tuple(value.get("needs", ())), tuple(value.get("excludes", ())), value.get("only_as", "")
    )


def _skill(path):
    document, _ = parse(path.read_text(encoding="utf-8"), kind=Kind.SKILL, slug=path.stem)
    aliases = tuple(_alias(value) for value in document.data.get("aliases", ()))
    area = SimpleNamespace(slug=document.data["area"])
    return SimpleNamespace(
        slug=path.stem,
        name=document.data["name"],
        kind=str(document.data["kind"]),
        area=area,
        aliases=aliases,
        phrases=tuple(document.data.get("phrases", ())),
    )


@pytest.fixture(scope="session")
def catalogue_names():
    """The names of the skills in the catalogue of Waymark."""
    return tuple(service.names(map(_skill, sorted(SKILLS.glob("*.md")))))


@pytest.fixture(scope="session")
def catalogue(catalogue_names):
    return matcher.compile(catalogue_names)
