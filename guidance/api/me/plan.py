"""The learner's goal, the readiness and the plan that follow from the goal and their levels, and their changes to the plan."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.fields import MAX_ID, JsonDate, JsonInteger, JsonNumber, JsonSlug, JsonWeekdays
from guidance.api.idempotency import Unprocessable
from guidance.api.me.base import MeListView, MeView, SlugQuery, published, respond, row_of
from guidance.api.plan import MAX_DAYS_OFF, STAGE_EXAMPLE, STEP_EXAMPLE, PlanSerializer, WishesSerializer, plan_as_json
from guidance.api.readiness import READINESS_EXAMPLE, ReadinessSerializer, readiness_as_json
from guidance.api.schema import Operation, cursor_page_serializer, describe, slug_parameter
from guidance.api.skills import PlanQuery
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.ads import ad_role
from guidance.progress.checks import REVIEW
from guidance.progress.curriculum import Curriculum
from guidance.progress.learner_state import GoalState, LearnerState, role_curriculum
from guidance.progress.models import MINUTES_OF_A_WEEK, PlanOverride, SavedAd
from guidance.progress.path import PlanError, Wishes
from guidance.progress.plan import MAX_HOURS, MIN_HOURS, check_wishes
from guidance.progress.units import units_of

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
NO_GOAL = "There is no goal yet. Set one first: PUT /api/v1/me/goal/"


class GoalSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(allow_null=True, help_text="Slug; null if the role has been retired.")
    industry = serializers.CharField(allow_null=True, help_text="Slug; null if there is none.")
    ad = serializers.IntegerField(
        allow_null=True,
        help_text="Id of the saved ad that is your goal, planned along the path of `role`; null if the goal is the "
        "role.",
    )
    hours_per_week = serializers.FloatField()
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday.")
    deadline = serializers.DateField(allow_null=True)
    weekly_target = serializers.IntegerField(help_text="The minimum number of minutes you want to study each week.")
    days_off = serializers.ListField(child=serializers.DateField(), help_text="Days off, today and later.")
    since = serializers.DateField(help_text="The date from which the goal counts.")
    choices = serializers.DictField(
        child=serializers.CharField(),
        help_text="The skill you picked for each choice, by slug of the choice. Choices for which you picked no skill "
        "are missing here; `GET /me/plan/` has the planned skill for each choice.",
    )
    projects = serializers.DictField(
        child=serializers.CharField(), help_text="The project you picked for a milestone, by slug of the milestone."
    )
    milestone_order = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of the milestones you moved, in your order; empty if you keep the order of the role.",
    )
    skip_milestones = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of the milestones you skip."
    )


@extend_schema_serializer(component_name="GoalQuestion")
class GoalRequestSerializer(WishesSerializer):
    role = JsonSlug(Kind.ROLE, help_text="Slug of the role.")
    industry = JsonSlug(
        Kind.INDUSTRY, required=False, allow_null=True, help_text="Slug of the industry. The default is none."
    )
    ad = JsonInteger(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_ID,
        help_text="Id of a saved ad to make your goal, planned along the path of `role` and without an industry. If "
        "you leave this out, the goal is the role.",
    )
    hours_per_week = JsonNumber(
        min_value=MIN_HOURS, max_value=MAX_HOURS, help_text="Hours a week, spread evenly over the study days."
    )
    weekdays = JsonWeekdays()
    deadline = JsonDate(
        required=False, allow_null=True, help_text="Today or later, in your time zone. The default is none."
    )
    weekly_target = JsonInteger(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MINUTES_OF_A_WEEK,
        help_text="Minutes a week. If you leave this out, your previous target stays, as far as the hours allow; "
        "without a target, it equals the hours.",
    )
    days_off = serializers.ListField(
        child=JsonDate(),
        required=False,
        max_length=MAX_DAYS_OFF,
        help_text="Replaces your days off, today and later. If you leave this out, they stay.",
    )


# Fields that do not change if a request omits them.
WISHES = ("choices", "projects", "milestone_order", "skip_milestones")


def goal_as_json(state: LearnerState) -> dict[str, Any]:
    """Returns the goal as JSON. Raises NotFound."""
    goal = state.goal
    if goal is None:
        raise exceptions.NotFound(NO_GOAL)
    wishes = state.wishes_for(goal)
    return {
        "role": goal.role,
        "industry": goal.industry,
        "ad": goal.ad.id if goal.ad else None,
        "hours_per_week": goal.hours_per_week,
        "weekdays": list(goal.weekdays),
        "deadline": goal.deadline.isoformat() if goal.deadline else None,
        "weekly_target": goal.weekly_target,
        "days_off": [day.isoformat() for day in sorted(state.days_off) if day >= state.today],
        "since": goal.on.isoformat(),
        "choices": dict(wishes.picked),
        "projects": dict(wishes.projects),
        "milestone_order": list(wishes.order),
        "skip_milestones": sorted(wishes.skip_milestones),
    }


GOAL_EXAMPLE = {
    "role": "ai-engineer",
    "industry": "healthcare",
    "ad": None,
    "hours_per_week": 8.0,
    "weekdays": [1, 3, 6],
    "deadline": "2027-06-30",
    "weekly_target": 240,
    "days_off": ["2026-12-25"],
    "since": "2026-11-25",
    "choices": {"cloud-platform": "aws"},
    "projects": {"answer-from-your-own-documents": "assistant-that-quotes-the-law"},
    "milestone_order": [],
    "skip_milestones": [],
}


@describe(
    get=Operation(
        "read_goal",
        "Read the goal",
        "The role, and the time you have for it. Returns 404 if you have no goal.",
        GoalSerializer,
        GOAL_EXAMPLE,
        call="goal/",
        errors={404: NO_GOAL},
    ),
    put=Operation(
        "set_goal",
        "Set the goal",
        "The goal counts from today, in your time zone. Most fields that you leave out get the default in their "
        "description. `choices`, `projects`, `milestone_order` and `skip_milestones` stay as they are if you leave "
        "them out; if you send one, it replaces the previous value. A choice or milestone that is not part of the "
        "goal is refused, and so is an order in which a milestone comes before one that it needs.",
        GoalSerializer,
        GOAL_EXAMPLE,
        call="goal/",
        request=GoalRequestSerializer,
        request_example={name: value for name, value in GOAL_EXAMPLE.items() if name != "since"},
        wrong=("deadline", "This day has passed. Choose a later one."),
    ),
)
class GoalView(MeView):
    def get(self, request: Request) -> HttpResponse:
        return respond(goal_as_json(self.learner_state()))

    def put(self, request: Request) -> HttpResponse:
        snapshot, sent = self.snapshot, self.validated(GoalRequestSerializer)
        ad = self._ad(sent.get("ad"))
        if ad is not None:
            sent["industry"] = None
        wishes = self._wishes(snapshot, sent)
        with transaction.atomic():
            services.set_goal(
                learner=self.learner,
                role=row_of(snapshot, Kind.ROLE, sent["role"]),
                industry=row_of(snapshot, Kind.INDUSTRY, sent.get("industry")),
                ad=ad,
                hours_per_week=sent["hours_per_week"],
                weekdays=sent.get("weekdays", EVERY_DAY),
                deadline=sent.get("deadline"),
                weekly_target=sent.get("weekly_target"),
                days_off=sent.get("days_off"),
                now=timezone.now(),
            )
            if wishes:
                services.update_wishes(learner=self.learner, **wishes)
        return respond(goal_as_json(self.learner_state()))

    def _ad(self, pk: int | None) -> SavedAd | None:
        """Returns a saved ad of the learner. Raises ValidationError if the learner has no such ad or deleted it."""
        if pk is None:
            return None
        if (ad := self.learner.savedads.filter(pk=pk, removed_at=None).first()) is None:
            raise exceptions.ValidationError({"ad": ["You have no saved ad with this id."]})
        return ad

    def _wishes(self, snapshot: Snapshot, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the wishes that were sent, as arguments for the services; empty if none were sent. Raises ValidationError by
        field."""
        if not any(name in sent for name in WISHES):
            return {}
        industry = snapshot.industries[sent["industry"]] if sent.get("industry") else None
        state, role = self.learner_state(), snapshot.roles[sent["role"]]
        saved = next((ad for ad in state.ads if ad.id == sent.get("ad")), None)
        requested = role_curriculum(snapshot, ad_role(saved, role, snapshot) if saved else role, industry)
        wishes = Wishes(
            picked=sent.get("choices", {}),
            projects=sent.get("projects", {}),
            order=sent.get("milestone_order", ()),
            skip_milestones=sent.get("skip_milestones", ()),
        )
        try:
            check_wishes(requested, state.levels, wishes)
        except PlanError as error:
            raise exceptions.ValidationError({error.field: [error.message]}) from error
        return _by_ids(snapshot, requested, sent)


def _by_ids(snapshot: Snapshot, requested: Curriculum, sent: Mapping[str, Any]) -> dict[str, Any]:
    milestones, projects = snapshot.milestones, snapshot.projects
    wishes: dict[str, Any] = {
        "of_choices": {slug for slug, target in requested.targets.items() if target.choice},
        "of_milestones": {milestones[item.slug].id for item in requested.milestones if item.slug in milestones},
    }
    if "choices" in sent:
        wishes["choices"] = {choice: snapshot.skills[skill].id for choice, skill in sent["choices"].items()}
    if "projects" in sent:
        wishes["projects"] = {milestones[slug].id: projects[project].id for slug, project in sent["projects"].items()}
    for name in ("milestone_order", "skip_milestones"):
        if name in sent:
            wishes[name] = [milestones[slug].id for slug in sent[name]]
    return wishes


Override = PlanOverride.Override
NO_GOAL_FOR_PLAN = "There is no goal yet. Set one first: PUT /api/v1/me/goal/"
OUTSIDE = "This skill is not part of your goal, so there is nothing in the plan to change."


@extend_schema_serializer(component_name="OwnReadiness")
class MeReadinessSerializer(ReadinessSerializer):
    evidenced = serializers.FloatField(help_text="The part of the readiness that projects prove.")


class PlannedReviewSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    on = serializers.DateField(help_text="The study day that has room for the review.")
    due_on = serializers.DateField()
    minutes = serializers.IntegerField()


@extend_schema_serializer(component_name="OwnPlan")
class MePlanSerializer(PlanSerializer):
    pin = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of the skills that you pinned, in order."
    )
    skip = serializers.ListField(child=serializers.CharField(), help_text="Slugs of the skills you skip.")
    later = serializers.ListField(child=serializers.CharField(), help_text="Slugs of the skills you postponed.")
    reviews = PlannedReviewSerializer(
        many=True,
        help_text="Reviews that are due within four weeks, by day. They come before steps and take at most a fifth of "
        "a week's hours.",
    )


class OverrideSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    kind = serializers.ChoiceField(Override.choices)


@extend_schema_serializer(component_name="OverrideQuestion")
class OverrideRequestSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        Override.choices,
        help_text="`pin`: the skill comes first, with its prerequisites. `skip`: no step of the skill is planned. "
        "`later`: the skill comes after everything that does not depend on it.",
    )


def goal_state_of(state: LearnerState) -> GoalState:
    """Returns the state of the goal. Raises NotFound."""
    if state.goal_state is None:
        raise exceptions.NotFound(NO_GOAL_FOR_PLAN)
    return state.goal_state


@describe(
    get=Operation(
        "read_readiness",
        "Read your readiness",
        "Your readiness for your goal, term by term, with the next levels that raise it most. Returns 404 if you have "
        "no goal.",
        MeReadinessSerializer,
        READINESS_EXAMPLE,
        call="readiness/",
        errors={404: NO_GOAL_FOR_PLAN},
    )
)
class MeReadinessView(MeView):
    def get(self, request: Request) -> HttpResponse:
        goal_state = goal_state_of(self.learner_state())
        return respond(readiness_as_json(goal_state.readiness, goal_state.gains))


@describe(
    get=Operation(
        "read_plan",
        "Read your plan",
        "Your plan from today to your goal, as on the site. A deadline in the past is ignored. Returns 404 if you "
        "have no goal.",
        MePlanSerializer,
        {
            "milestones": [STAGE_EXAMPLE],
            "steps": [STEP_EXAMPLE],
            "choices": {"cloud-platform": "aws"},
            "total_hours": 8.0,
            "finish": "2026-12-05",
            "on_time": True,
            "by_deadline": None,
            "drop_to_meet_deadline": None,
            "unreachable": [],
            "pin": ["retrieval-augmented-generation"],
            "skip": [],
            "later": [],
            "reviews": [
                {"skill": "sql", "level": 2, "on": "2026-11-26", "due_on": "2026-11-24", "minutes": REVIEW.minutes}
            ],
        },
        call="plan/",
        query=PlanQuery,
        wrong=("units", '"some" is not a valid choice.'),
        errors={404: NO_GOAL_FOR_PLAN},
    )
)
class MePlanView(MeView):
    def get(self, request: Request) -> HttpResponse:
        query = self.validated_query(PlanQuery)
        state = self.learner_state()
        goal_state = goal_state_of(state)
        wishes = {str(kind): list(getattr(state, kind)) for kind in Override.values}
        plan = plan_as_json(
            goal_state.plan,
            state.snapshot,
            goal_state.curriculum,
            partial(units_of, state),
            with_all_units=query["units"] == "all",
            milestones=goal_state.milestones,
        )
        reviews = [
            {
                "skill": item.review.skill,
                "level": item.review.level,
                "on": item.on.isoformat(),
                "due_on": item.review.due.isoformat(),
                "minutes": REVIEW.minutes,
            }
            for item in goal_state.reviews
        ]
        return respond(plan | wishes | {"reviews": reviews})


NAMES = (slug_parameter("skill", "skill"),)


NOT_CHANGED = "You have changed nothing about this skill in your plan."
OVERRIDE_EXAMPLE = {"skill": "kubernetes", "kind": "later"}


def overrides(state: LearnerState) -> dict[str, str]:
    """Returns the kind of each override, by the skill's slug."""
    return {skill: str(kind) for kind in Override.values for skill in getattr(state, kind)}


@describe(
    get=Operation(
        "list_overrides",
        "List your changes to the plan",
        "Skills that you pinned, skipped or postponed, sorted by slug. `GET /me/plan/` has the pins in their order.",
        cursor_page_serializer(OverrideSerializer),
        {"next": None, "results": [OVERRIDE_EXAMPLE]},
        call="plan/overrides/",
        query=SlugQuery,
    )
)
class OverrideList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        found = overrides(self.learner_state())
        return self.page_by_slug(found, lambda skill: {"skill": skill, "kind": found[skill]})


@describe(
    get=Operation(
        "read_override",
        "Read your change to a skill",
        "How you changed the skill in your plan. Returns 404 if you did not change it.",
        OverrideSerializer,
        OVERRIDE_EXAMPLE,
        call="plan/overrides/kubernetes/",
        path_parameters=NAMES,
        errors={404: NOT_CHANGED},
    ),
    put=Operation(
        "override_plan",
        "Pin, skip or postpone a skill",
        "The latest request for a skill counts, and pins keep the order in which you made "
        "them. Your goal must need the skill.",
        OverrideSerializer,
        OVERRIDE_EXAMPLE,
        call="plan/overrides/kubernetes/",
        request=OverrideRequestSerializer,
        request_example={"kind": "later"},
        wrong=("kind", '"never" is not a valid choice.'),
        path_parameters=NAMES,
        errors={422: OUTSIDE},
    ),
    delete=Operation(
        "restore_plan",
        "Undo your change to a skill",
        "Your plan treats the skill like any other again.",
        None,
        call="plan/overrides/kubernetes/",
        path_parameters=NAMES,
    ),
)
class OverrideView(MeView):
    def get(self, request: Request, skill: str) -> HttpResponse:
        slug = published(self.snapshot, Kind.SKILL, skill).slug
        kind = overrides(self.learner_state()).get(slug)
        if kind is None:
            raise exceptions.NotFound(NOT_CHANGED)
        return respond({"skill": slug, "kind": kind})

    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        kind = self.validated(OverrideRequestSerializer)["kind"]
        goal_state = self.learner_state().goal_state
        if goal_state is None or record.slug not in goal_state.within:
            raise Unprocessable(OUTSIDE)
        services.override(learner=self.learner, kinds={record.id: kind}, now=timezone.now())
        return respond({"skill": record.slug, "kind": kind})

    def delete(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        services.override(learner=self.learner, kinds={record.id: None}, now=timezone.now())
        return HttpResponse(status=204)
