"""Questions that people ask, with their answers."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.listing import ListQuery, ListView
from guidance.api.shapes import RecordSerializer, record
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Question, Snapshot


class QuestionSerializer(RecordSerializer):
    name = serializers.CharField(help_text="The question.")
    body = serializers.CharField(help_text="The answer, in Markdown.")


def question(snapshot: Snapshot, source: Question) -> dict[str, Any]:
    return {**record(source), "body": source.body}


class QuestionQuery(ListQuery):
    shape = QuestionSerializer


@described(
    "list_questions",
    "List questions",
    "Questions that people ask about the work, with answers.",
    listed(QuestionSerializer),
    example=page_of(
        {
            "slug": "do-i-need-a-degree",
            "name": "Do I need a degree?",
            "summary": "",
            "updated_at": "2026-11-24T09:30:00Z",
            "url": "https://waymark.example/questions/#do-i-need-a-degree",
            "body": "Many job ads name one; fewer insist on it …",
        }
    ),
    call="?q=degree",
)
class QuestionList(ListView):
    kind = Kind.QUESTION
    query = QuestionQuery
    build = staticmethod(question)
