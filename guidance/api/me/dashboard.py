"""The dashboard in numbers."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.me.base import MeView, respond
from guidance.api.me.reviews import REVIEW_EXAMPLE, ReviewSerializer, review_as_json
from guidance.api.plan import STEP_EXAMPLE, StepSerializer, plan_as_json
from guidance.api.readiness import BySourceSerializer
from guidance.api.schema import Operation, describe
from guidance.catalog.models import Change, Kind
from guidance.progress.catalogue_changes import CatalogueNews
from guidance.progress.dashboard import Dashboard, Pace, dashboard
from guidance.progress.streaks import Streak
from guidance.progress.units import units_of

STEPS = 5  # number of next steps


class RecentSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField(
        help_text="Minutes planned for the last 28 days, including today, but not for days before your first goal."
    )
    done = serializers.IntegerField(help_text="Minutes studied on these days.")
    short = serializers.IntegerField(min_value=0, help_text="Minutes that were planned but not done.")
    behind = serializers.BooleanField(help_text="True if you are behind by a week's planned minutes or more.")


class ForecastSerializer(serializers.Serializer[Any]):
    weeks = serializers.IntegerField(help_text="Number of weeks that the forecast is based on.")
    pace = serializers.IntegerField(help_text="Minutes per week in these weeks.")
    earliest = serializers.DateField(
        allow_null=True,
        help_text="The finish date at the pace of the faster half of these weeks; null if it is more than ten years "
        "away.",
    )
    expected = serializers.DateField(allow_null=True)
    latest = serializers.DateField(
        allow_null=True,
        help_text="The finish date at the pace of the slower half of these weeks; null if it is more than ten years "
        "away.",
    )


class PaceSerializer(serializers.Serializer[Any]):
    recent = RecentSerializer()
    forecast = ForecastSerializer(allow_null=True, help_text="Null until there are three whole weeks to base it on.")


class StreakSerializer(serializers.Serializer[Any]):
    weeks = serializers.IntegerField(
        help_text="Weeks in a row that reached the weekly target or were saved by a freeze."
    )
    longest = serializers.IntegerField()
    freezes = serializers.IntegerField(help_text="Number of freezes left. Each freeze saves a missed week.")
    minutes = serializers.IntegerField(
        help_text="Minutes studied in the current week. In the week of your first goal, only from its day on."
    )
    target = serializers.IntegerField(
        min_value=0,
        help_text="The weekly target in minutes. In the week of your first goal, it is reduced to the study days that "
        "were left, or to 0 if there were none.",
    )


class ReachedSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    level = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="Hours logged since the previous level.")
    effort = serializers.FloatField(help_text="Hours that the level usually takes.")


class MoveSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    before = serializers.IntegerField(min_value=0, max_value=4)
    level = serializers.IntegerField(min_value=0, max_value=4)
    on = serializers.DateField()
    points = serializers.FloatField(help_text="Points by which the level changed your readiness.")


class AreaMinutesSerializer(serializers.Serializer[Any]):
    area = serializers.CharField()
    minutes = serializers.IntegerField()


class NewsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.choices)
    slug = serializers.CharField(help_text="The record's current name; empty if the record no longer exists.")
    change = serializers.ChoiceField(Change.ChangeType.choices)
    summary = serializers.CharField(help_text="May be empty.")
    on = serializers.DateField()


class DashboardSerializer(serializers.Serializer[Any]):
    today = serializers.DateField(help_text="Today in your time zone.")
    readiness = serializers.FloatField(allow_null=True, help_text="From 0 to 100; null if you have no goal.")
    evidenced = serializers.FloatField(allow_null=True, help_text="The part of the readiness that projects prove.")
    by_source = BySourceSerializer(allow_null=True, help_text="Your readiness, by how we know your levels.")
    next_steps = StepSerializer(many=True, help_text=f"The first {STEPS} steps of the plan.")
    finish = serializers.DateField(allow_null=True, help_text="End of the plan; null if it has no steps.")
    on_time = serializers.BooleanField(allow_null=True, help_text="Null if there is no deadline.")
    pace = PaceSerializer(allow_null=True, help_text="Planned and actual study time; null if you have no goal.")
    streak = StreakSerializer(allow_null=True, help_text="Null if you have no goal.")
    reviews = ReviewSerializer(many=True, help_text="Reviews that are due, in the order of the plan.")
    questions = ReachedSerializer(
        many=True,
        help_text="Levels that you may have reached, because you have logged their hours or done their units.",
    )
    moves = MoveSerializer(many=True, help_text="Levels that changed in the last 28 days, largest change first.")
    areas = AreaMinutesSerializer(many=True, help_text="Minutes in the last 28 days, most first.")
    news = NewsSerializer(many=True, help_text="Changes to the catalogue that affect your goal, since you set it.")
    notices = NewsSerializer(
        many=True,
        help_text="Changes that affect your plan, your levels, or skills that you pinned, postponed or skipped, until "
        "you have seen them on the page.",
    )


def dashboard_as_json(dashboard: Dashboard) -> dict[str, Any]:
    goal_state = dashboard.state.goal_state
    plan: dict[str, Any] = {"steps": [], "finish": None, "on_time": None}
    if goal_state:
        plan = plan_as_json(
            goal_state.plan,
            dashboard.state.snapshot,
            goal_state.curriculum,
            partial(units_of, dashboard.state),
            milestones=goal_state.milestones,
        )
    return {
        "today": dashboard.state.today.isoformat(),
        "readiness": goal_state.readiness.readiness if goal_state else None,
        "evidenced": goal_state.readiness.evidenced if goal_state else None,
        "by_source": goal_state.readiness.by_source if goal_state else None,
        "next_steps": plan["steps"][:STEPS],
        "finish": plan["finish"],
        "on_time": plan["on_time"],
        "pace": _pace(dashboard.pace) if dashboard.pace else None,
        "streak": _streak(dashboard.streak) if dashboard.streak else None,
        "reviews": [review_as_json(item, dashboard.state) for item in dashboard.reviews],
        "questions": [
            {"skill": item.skill, "level": item.level, "hours": item.hours, "effort": item.effort}
            for item in dashboard.questions
        ],
        "moves": [
            {
                "skill": item.skill,
                "before": item.before,
                "level": item.level,
                "on": item.on.isoformat(),
                "points": item.points,
            }
            for item in dashboard.moves
        ],
        "areas": [
            {"area": area, "minutes": minutes}
            for area, minutes in sorted(dashboard.areas.items(), key=lambda item: (-item[1], item[0]))
        ],
        "news": [news_as_json(item) for item in dashboard.news],
        "notices": [news_as_json(item) for item in dashboard.notices],
    }


def news_as_json(item: CatalogueNews) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "slug": item.slug,
        "change": item.change,
        "summary": item.summary,
        "on": item.on.isoformat(),
    }


def _pace(pace: Pace) -> dict[str, Any]:
    recent, forecast = pace.recent, pace.forecast
    return {
        "recent": {
            "planned": recent.planned,
            "done": recent.done,
            "short": recent.short,
            "behind": recent.behind,
        },
        "forecast": forecast
        and {
            "weeks": forecast.weeks,
            "pace": forecast.pace,
            **{
                name: day.isoformat() if day else None
                for name, day in (
                    ("earliest", forecast.earliest),
                    ("expected", forecast.expected),
                    ("latest", forecast.latest),
                )
            },
        },
    }


def _streak(streak: Streak) -> dict[str, Any]:
    return {
        "weeks": streak.weeks,
        "longest": streak.longest,
        "freezes": streak.freezes,
        "minutes": streak.minutes,
        "target": streak.target,
    }


@describe(
    get=Operation(
        "read_dashboard",
        "Read the dashboard",
        "Readiness, what comes next, pace, streak and what is due now.",
        DashboardSerializer,
        {
            "today": "2026-11-25",
            "readiness": 62.5,
            "evidenced": 12.5,
            "by_source": {"self": 20.0, "cv": 0.0, "check": 25.0, "project": 12.5, "implied": 5.0},
            "next_steps": [{**STEP_EXAMPLE, "readiness_after": 81.25}],
            "finish": "2027-02-14",
            "on_time": True,
            "pace": {
                "recent": {"planned": 1_920, "done": 1_800, "short": 120, "behind": False},
                "forecast": {
                    "weeks": 8,
                    "pace": 450,
                    "earliest": "2027-02-10",
                    "expected": "2027-02-20",
                    "latest": "2027-03-08",
                },
            },
            "streak": {"weeks": 6, "longest": 11, "freezes": 2, "minutes": 120, "target": 240},
            "reviews": [REVIEW_EXAMPLE],
            "questions": [{"skill": "python", "level": 4, "hours": 41.5, "effort": 40.0}],
            "moves": [{"skill": "python", "before": 2, "level": 3, "on": "2026-11-20", "points": 6.2}],
            "areas": [{"area": "programming", "minutes": 900}],
            "news": [
                {
                    "kind": "skill",
                    "slug": "vector-search",
                    "change": "updated",
                    "summary": "body",
                    "on": "2026-11-24",
                }
            ],
            "notices": [
                {
                    "kind": "skill",
                    "slug": "docker",
                    "change": "merged",
                    "summary": "Docker Compose is now part of Docker.",
                    "on": "2026-11-24",
                }
            ],
        },
        call="dashboard/",
    )
)
class DashboardView(MeView):
    def get(self, request: Request) -> HttpResponse:
        return respond(dashboard_as_json(dashboard(self.learner, self.learner_state())))
