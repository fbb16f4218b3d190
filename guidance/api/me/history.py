"""What a learner did, by day, and the changes to the catalogue that they have seen."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.fields import JsonInteger, QueryDate, QueryInteger
from guidance.api.me.base import MeListView, MeView, respond
from guidance.api.me.dashboard import NewsSerializer, news_as_json
from guidance.api.me.levels import ASSESSMENT_EXAMPLE, AssessmentSerializer, assessment_as_json
from guidance.api.schema import Operation, cursor_page_serializer, describe
from guidance.api.views import MAX_PAGE_SIZE, Query
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import history as past
from guidance.progress import services
from guidance.progress.catalogue_changes import changes_for
from guidance.progress.models import MAX_REVISION, QuickCheck

SLUG_OR_NULL = "Slug; null if it is no longer in the catalogue."


class StudiedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([Kind.SKILL.value, Kind.RESOURCE.value])
    slug = serializers.CharField(allow_null=True, help_text=SLUG_OR_NULL)
    name = serializers.CharField()
    minutes = serializers.IntegerField(min_value=1)


class DoneSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        [Kind.SKILL.value, Kind.RESOURCE.value, Kind.PROJECT.value],
        help_text="`skill`: evidence was added, or the `unit` was ticked. `resource`: the resource was ticked. "
        "`project`: work was saved.",
    )
    slug = serializers.CharField(allow_null=True, help_text=SLUG_OR_NULL)
    name = serializers.CharField()
    unit = serializers.CharField(help_text="The text of a ticked unit; otherwise empty.")
    lines = serializers.IntegerField(min_value=0, help_text="Number of ticked lines in the project's checklist.")


class FinishedCheckSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(allow_null=True, help_text=SLUG_OR_NULL)
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    purpose = serializers.ChoiceField(QuickCheck.Purpose.choices)
    passed = serializers.BooleanField()
    right = serializers.IntegerField(min_value=0)
    of = serializers.IntegerField(min_value=0)


class AimSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(allow_null=True, help_text=SLUG_OR_NULL)
    industry = serializers.CharField(allow_null=True, help_text="Slug; null if there is none.")
    ad = serializers.IntegerField(
        allow_null=True, help_text="Id of the saved job ad that was the goal; null if there is none."
    )


class HistoryAssessmentSerializer(AssessmentSerializer):
    latest = serializers.BooleanField(
        help_text="True if this is the latest assessment of its skill, so that you can undo it."
    )


class HistoryDaySerializer(serializers.Serializer[Any]):
    on = serializers.DateField(help_text="The day, in your time zone.")
    minutes = serializers.IntegerField(min_value=0, help_text="What you studied on this day.")
    studied = StudiedSerializer(many=True)
    assessments = HistoryAssessmentSerializer(many=True)
    goals = AimSerializer(many=True, help_text="Goals that were set on this day.")
    done = DoneSerializer(many=True)
    checks = FinishedCheckSerializer(many=True, help_text="Checks and reviews that were finished on this day.")


class HistoryQuery(Query):
    before = QueryDate(required=False, help_text="Only days before this one.")
    page_size = QueryInteger(
        min_value=1, max_value=MAX_PAGE_SIZE, default=past.DAYS, help_text="Number of days per page."
    )


def day_as_json(day: past.HistoryDay, page: past.HistoryPage, snapshot: Snapshot) -> dict[str, Any]:
    def slug(kind: str, pk: int | None) -> str | None:
        return snapshot.slugs.get((kind, pk)) if pk else None

    return {
        "on": day.on.isoformat(),
        "minutes": day.minutes,
        "studied": [
            {
                "kind": kind,
                "slug": slug(kind, item.skill_id or item.resource_id),
                "name": item.name,
                "minutes": item.minutes,
            }
            for item in day.studied
            for kind in ((Kind.SKILL if item.skill_id else Kind.RESOURCE).value,)
        ],
        "assessments": [
            {**assessment_as_json(snapshot, item), "latest": item.pk in page.latest} for item in day.assessments
        ],
        "goals": [
            {
                "role": slug(Kind.ROLE, goal.role_id),
                "industry": slug(Kind.INDUSTRY, goal.industry_id),
                "ad": goal.ad.pk if goal.ad and goal.ad.removed_at is None else None,
            }
            for goal in day.goals
        ],
        "done": [
            {
                "kind": item.kind,
                "slug": slug(item.kind, item.record_id),
                "name": item.name,
                "unit": item.unit,
                "lines": item.lines,
            }
            for item in day.done
        ],
        "checks": [
            {
                "skill": slug(Kind.SKILL, item.skill_id),
                "level": item.level,
                "purpose": QuickCheck.Purpose.REVIEW if item.is_review else QuickCheck.Purpose.CHECK,
                "passed": item.passed,
                "right": item.right,
                "of": item.of,
            }
            for item in day.checks
        ],
    }


@describe(
    get=Operation(
        "list_history",
        "Read your history",
        "What you did, day by day, latest first. Days on which you did nothing are left out.",
        cursor_page_serializer(HistoryDaySerializer),
        {
            "next": None,
            "results": [
                {
                    "on": "2026-11-25",
                    "minutes": 45,
                    "studied": [{"kind": "skill", "slug": "python", "name": "Python", "minutes": 45}],
                    "assessments": [{**ASSESSMENT_EXAMPLE, "latest": True}],
                    "goals": [{"role": "ai-engineer", "industry": None, "ad": None}],
                    "done": [{"kind": "resource", "slug": "rag-paper", "name": "RAG", "unit": "", "lines": 0}],
                    "checks": [
                        {"skill": "python", "level": 2, "purpose": "check", "passed": True, "right": 5, "of": 5}
                    ],
                }
            ],
        },
        call="history/",
        query=HistoryQuery,
    )
)
class HistoryList(MeListView):
    query = HistoryQuery

    def get(self, request: Request) -> HttpResponse:
        query, snapshot = self.validated_query(self.query), self.snapshot
        page = past.page(self.learner, snapshot=snapshot, before=query.get("before"), days=query["page_size"])
        older = {"before": page.older.isoformat(), "page_size": query["page_size"]} if page.older else None
        return respond(
            {
                "next": self.address(older) if older else None,
                "results": [day_as_json(day, page, snapshot) for day in page.days],
            }
        )


class NoticesSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0, help_text="The newest revision of the catalogue.")
    seen_revision = serializers.IntegerField(
        min_value=0, help_text="The revision up to which you have seen the changes."
    )
    notices = NewsSerializer(many=True, help_text="As in the dashboard.")


@extend_schema_serializer(component_name="NoticesQuestion")
class NoticesRequestSerializer(serializers.Serializer[Any]):
    seen_revision = JsonInteger(
        min_value=0, max_value=MAX_REVISION, help_text="The `revision` of the notices you have read."
    )


NOTICES_EXAMPLE: Mapping[str, Any] = {"revision": 42, "seen_revision": 42, "notices": []}


@describe(
    get=Operation(
        "read_notices",
        "Read notices",
        "Changes to the catalogue that you have not seen and that affect your plan, your levels, or skills that you "
        "pinned, postponed or skipped.",
        NoticesSerializer,
        NOTICES_EXAMPLE,
        call="notices/",
    ),
    put=Operation(
        "see_notices",
        "Mark notices as seen",
        "All notices up to a revision count as seen, permanently.",
        NoticesSerializer,
        NOTICES_EXAMPLE,
        call="notices/",
        request=NoticesRequestSerializer,
        request_example={"seen_revision": 42},
        wrong=("seen_revision", "A valid integer is required."),
    ),
)
class NoticesView(MeView):
    def get(self, request: Request) -> HttpResponse:
        state = self.learner_state()
        notices = changes_for(self.learner, state).notices
        return respond(
            {
                "revision": state.snapshot.revision,
                "seen_revision": state.seen if state.version else state.snapshot.revision,
                "notices": [news_as_json(notice) for notice in notices],
            }
        )

    def put(self, request: Request) -> HttpResponse:
        revision = self.validated(NoticesRequestSerializer)["seen_revision"]
        services.mark_changes_seen(learner=self.learner, revision=revision)
        return self.get(request)
