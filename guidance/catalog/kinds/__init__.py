"""The kinds of record, each described once. Code that handles records of any kind uses `KINDS` and does not name a particular kind."""

import re

from guidance.catalog.fields import Field
from guidance.catalog.kinds.area import Area
from guidance.catalog.kinds.base import MAX_IMPORTANCE, MAX_LEVEL, Record
from guidance.catalog.kinds.check_items import ITEM_KINDS, MAX_ITEM_KEY, Check, CheckItem, Option
from guidance.catalog.kinds.fact import Fact
from guidance.catalog.kinds.guide import Guide
from guidance.catalog.kinds.industry import Consideration, Emphasis, Industry, UseCase
from guidance.catalog.kinds.milestone import Milestone
from guidance.catalog.kinds.project import Project
from guidance.catalog.kinds.question import Question
from guidance.catalog.kinds.resource import MAX_SKILLS_PER_RESOURCE, Resource
from guidance.catalog.kinds.role import Activity, Choice, Neighbour, Requirement, Role
from guidance.catalog.kinds.skill import (
    MAX_UNIT_KEY,
    MAX_UNIT_MINUTES,
    MIN_UNIT_MINUTES,
    ONLY_AS,
    UNIT_TYPES,
    Alias,
    External,
    Skill,
    Unit,
)
from guidance.catalog.kinds.starting_point import StartingPoint

# In the order in which a pack is read and written: a record comes after most of those that it refers to.
KINDS: dict[str, type[Record]] = {
    kind.KIND: kind
    for kind in (Area, Fact, Skill, Check, Resource, Milestone, Role, Industry, Project, StartingPoint, Guide, Question)
}


_WORD_OF_KEY = re.compile(r"^[a-z_]+\b|\b[a-z]+(?:_[a-z]+)+\b")


def fields_of(kind: str) -> dict[str, Field]:
    """Returns the fields of a kind by document key, in document order."""
    return KINDS[kind].FIELDS


def label_of(kind: str, key: str) -> str:
    """Returns the form's label for a document key, as it is written within a sentence."""
    described = fields_of(kind).get(key)
    return (described.label if described else "") or key.replace("_", " ")


def in_words_of_form(kind: str, message: str) -> str:
    """Returns a message about a document, with the form's labels instead of the document's keys."""
    known = fields_of(kind)
    return _WORD_OF_KEY.sub(lambda word: label_of(kind, word[0]) if word[0] in known else word[0], message)


__all__ = [
    "ITEM_KINDS",
    "KINDS",
    "MAX_IMPORTANCE",
    "MAX_ITEM_KEY",
    "MAX_LEVEL",
    "MAX_SKILLS_PER_RESOURCE",
    "MAX_UNIT_KEY",
    "MAX_UNIT_MINUTES",
    "MIN_UNIT_MINUTES",
    "ONLY_AS",
    "UNIT_TYPES",
    "Activity",
    "Alias",
    "Area",
    "Check",
    "CheckItem",
    "Choice",
    "Consideration",
    "Emphasis",
    "External",
    "Fact",
    "Guide",
    "Industry",
    "Milestone",
    "Neighbour",
    "Option",
    "Project",
    "Question",
    "Record",
    "Requirement",
    "Resource",
    "Role",
    "Skill",
    "StartingPoint",
    "Unit",
    "UseCase",
    "fields_of",
    "in_words_of_form",
    "label_of",
]
