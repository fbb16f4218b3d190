"""Job ads that the learner has saved, and making one of them the goal."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_field, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from accounts.models import ONE_LINE
from guidance.api.cached import dumps
from guidance.api.fields import MAX_ID, EventId, JsonBoolean, JsonInteger, JsonSlug, JsonText
from guidance.api.idempotency import run_once
from guidance.api.me.base import MeView, respond, row_of
from guidance.api.me.plan import GOAL_EXAMPLE, GoalSerializer, goal_as_json
from guidance.api.me.study import EVENT_ID_HELP, event_response
from guidance.api.schema import Operation, describe
from guidance.api.shapes import moment
from guidance.api.views import MAX_BYTES, BoundedJSONParser
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.matching import service as matching
from guidance.progress import services
from guidance.progress.ads import MAX_AD_SKILLS, MAX_ADS, closeness, skills_of
from guidance.progress.learner_rows import AdSkill
from guidance.progress.learner_rows import SavedAd as ReadAd
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import MAX_AD_TEXT, MAX_AD_TITLE, MAX_EMPLOYER, SavedAd, SavedAdSkill

MAX_ESCAPE_BYTES = 12  # longest JSON escape of one code point
CUES = [SavedAdSkill.Cue.MUST.value, SavedAdSkill.Cue.NICE.value]
SENIORITIES = SavedAd.Seniority.choices


class AdParser(BoundedJSONParser):
    """Accepts the longest text, however it is escaped."""

    max_bytes = MAX_BYTES + MAX_ESCAPE_BYTES * MAX_AD_TEXT


class AdSkillSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL, help_text="The level that the ad requires.")
    cue = serializers.ChoiceField(
        CUES, allow_null=True, help_text="Whether the ad requires or welcomes the skill; null if the ad only names it."
    )
    choice = serializers.IntegerField(
        allow_null=True,
        help_text="Skills with the same number are alternatives; null if the skill has no alternatives.",
    )
    out = serializers.BooleanField(help_text="True if you left the skill out, so that it does not count.")


class ClosenessSerializer(serializers.Serializer[Any]):
    share = serializers.FloatField(help_text="The share of the ad's weight that your levels cover, from 0 to 1.")
    met = serializers.IntegerField(help_text="How many terms your levels cover; a choice counts as one.")
    terms = serializers.IntegerField()
    hours = serializers.FloatField(
        help_text="Hours to cover the rest, including the prerequisites you lack but no projects."
    )
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of the skills you lack, highest weight first."
    )


class AdSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    title = serializers.CharField()
    employer = serializers.CharField(help_text="May be empty.")
    role = serializers.CharField(
        allow_null=True,
        help_text="Slug of the closest role, whose path the plan follows; null if none of our roles fits.",
    )
    seniority = serializers.ChoiceField(SENIORITIES, allow_null=True)
    skills = AdSkillSerializer(many=True, help_text="In the order of the ad.")
    is_goal = serializers.BooleanField()
    closeness = ClosenessSerializer()
    has_text = serializers.BooleanField(help_text="True if the text of the ad is stored.")
    on = serializers.DateField(help_text="The date on which you saved the ad, in your time zone.")
    at = serializers.DateTimeField()


class AdItemSerializer(AdSerializer):
    text = serializers.CharField(help_text="Empty if the text is not stored.")


class AdsSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="Always null, because there is only one page.")
    results = AdSerializer(many=True)


@extend_schema_field({"type": "string", "pattern": ONE_LINE, "maxLength": MAX_AD_TITLE})
class AdTitle(JsonText):
    pass


@extend_schema_serializer(component_name="AdSkillQuestion")
class AdSkillRequestSerializer(serializers.Serializer[Any]):
    skill = JsonSlug(Kind.SKILL, help_text="Slug.")
    level = JsonInteger(min_value=1, max_value=MAX_LEVEL, help_text="The level that the ad requires.")
    cue = serializers.ChoiceField(CUES, allow_null=True, default=None, help_text="Null if the ad only names the skill.")
    choice = JsonInteger(
        min_value=1,
        max_value=MAX_AD_SKILLS,
        allow_null=True,
        default=None,
        help_text="Give skills that are alternatives the same number.",
    )
    out = JsonBoolean(default=False, help_text="True to leave the skill out of the count.")


class AdContentSerializer(serializers.Serializer[Any]):
    employer = JsonText(
        max_length=MAX_EMPLOYER, required=False, help_text="The employer's name, on one line; may be empty."
    )
    role = JsonSlug(
        Kind.ROLE, required=False, allow_null=True, help_text="Slug of the role whose path the plan follows."
    )
    seniority = serializers.ChoiceField(SENIORITIES, required=False, allow_null=True)
    skills = serializers.ListField(child=AdSkillRequestSerializer(), required=False, max_length=MAX_AD_SKILLS)

    def validate_skills(self, skills: list[Mapping[str, Any]]) -> list[AdSkill]:
        slugs = [item["skill"] for item in skills]
        if len(set(slugs)) < len(slugs):
            raise serializers.ValidationError("A skill appears twice.")
        return [
            AdSkill(item["skill"], item["level"], item["cue"] or "", item["choice"], item["out"]) for item in skills
        ]


@extend_schema_serializer(component_name="AdQuestion")
class AdRequestSerializer(AdContentSerializer):
    title = AdTitle(
        max_length=MAX_AD_TITLE,
        required=False,
        help_text="If you leave it out, it is read from the text; if the text has no title, it is the name of the "
        "role.",
    )
    text = JsonText(
        max_length=MAX_AD_TEXT,
        required=False,
        help_text="The text of the ad. Fields that you do not send are read from it.",
    )
    keep_text = JsonBoolean(default=False, help_text="With `true`, the text is stored; otherwise it is only read.")
    event_id = EventId(required=False, help_text=EVENT_ID_HELP)


@extend_schema_serializer(component_name="AdChangeQuestion")
class AdChangeSerializer(AdContentSerializer):
    title = AdTitle(max_length=MAX_AD_TITLE, required=False)
    text = JsonText(max_length=MAX_AD_TEXT, required=False, help_text="Send an empty text to delete the stored one.")


def ad_as_json(ad: ReadAd, row: SavedAd, state: LearnerState) -> dict[str, Any]:
    """Returns an ad as JSON. `row` is the same ad in the database, for the fields that `ad` lacks."""
    close = closeness(ad, state.snapshot, state.levels, state.logged)
    return {
        "id": ad.id,
        "event_id": str(row.event_id),
        "title": ad.title,
        "employer": ad.employer,
        "role": ad.role,
        "seniority": ad.seniority or None,
        "skills": [
            {
                "skill": item.skill,
                "level": item.level,
                "cue": item.cue or None,
                "choice": item.choice,
                "out": item.is_out,
            }
            for item in ad.skills
        ],
        "is_goal": bool(state.goal and state.goal.ad and state.goal.ad.id == ad.id),
        "closeness": {
            "share": close.share,
            "met": close.met,
            "terms": close.terms,
            "hours": close.hours,
            "missing": list(close.missing),
        },
        "has_text": bool(row.text),
        "on": ad.on.isoformat(),
        "at": moment(row.at),
    }


def read_ad(sent: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """Returns the arguments of `services.save_ad`, with the role as a slug: the values that were sent and, for values that were
    not sent, those read from the text. Raises ValidationError."""
    text = sent.get("text", "")
    if not text.strip() and not sent.get("skills"):
        raise exceptions.ValidationError({"skills": ["Send the skills of the ad, or its text."]})
    read: dict[str, Any] = {"title": "", "employer": "", "role": None, "seniority": ""}
    if text.strip():
        found = matching.read_ad(text, snapshot)
        slug = sent["role"] if "role" in sent else found.roles[0].role if found.roles else None
        read = {
            "title": found.title or "",
            "employer": found.employer or "",
            "role": slug,
            "seniority": found.seniority.rank if found.seniority else "",
            "skills": skills_of(found, snapshot.roles[slug] if slug else None)[:MAX_AD_SKILLS],
        }
        if not read["skills"] and "skills" not in sent:
            raise exceptions.ValidationError({"text": ["The text names no skill that we know."]})
    values = read | {name: value for name, value in sent.items() if name in (*read, "skills")}
    role = snapshot.roles.get(values["role"] or "")
    return values | {
        "title": values["title"][:MAX_AD_TITLE] or (role.name if role else "Job ad"),
        "employer": values["employer"][:MAX_EMPLOYER],
        "seniority": values["seniority"] or "",
        "text": text if sent["keep_text"] else "",
    }


CLOSE_EXAMPLE = {
    "share": 5 / 9,
    "met": 1,
    "terms": 3,
    "hours": 40.0,
    "missing": ["retrieval-augmented-generation", "kubernetes"],
}
AD_EXAMPLE = {
    "id": 7,
    "event_id": "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11",
    "title": "AI engineer, claims",
    "employer": "Tarn & Vale Insurance",
    "role": "ai-engineer",
    "seniority": "senior",
    "skills": [
        {"skill": "python", "level": 2, "cue": "must", "choice": None, "out": False},
        {"skill": "retrieval-augmented-generation", "level": 2, "cue": None, "choice": None, "out": False},
        {"skill": "kubernetes", "level": 1, "cue": "nice", "choice": None, "out": False},
    ],
    "is_goal": False,
    "closeness": CLOSE_EXAMPLE,
    "has_text": False,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}
CHANGE_EXAMPLE = {name: AD_EXAMPLE[name] for name in ("title", "employer", "role", "seniority", "skills")}


class SavedAdView(MeView):
    parser_classes: Sequence[type[BoundedJSONParser]] = (AdParser,)

    def row(self, pk: int) -> SavedAd:
        return get_object_or_404(self.learner.savedads.filter(removed_at=None), pk=pk)

    def shown(self, row: SavedAd) -> dict[str, Any]:
        state = self.learner_state()
        return ad_as_json(next(ad for ad in state.ads if ad.id == row.pk), row, state)

    def values(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the values with the role's row instead of its slug, and without null."""
        values = dict(sent)
        if "role" in values:
            values["role"] = row_of(self.snapshot, Kind.ROLE, values["role"])
        if "seniority" in values:
            values["seniority"] = values["seniority"] or ""
        return values


@describe(
    get=Operation(
        "list_ads",
        "List your saved ads",
        "The ad closest to your levels comes first: ads are sorted by the share of their weight that your levels "
        "cover, then by hours. A required skill has weight 5, a skill that is only named 3, and a welcome skill 1.",
        AdsSerializer,
        {"next": None, "results": [AD_EXAMPLE]},
        call="ads/",
    ),
    post=Operation(
        "save_ad",
        "Save a job ad",
        "Send the text of the ad, which is read but not stored unless `keep_text` is true, or its skills. "
        f"Values that you send override values read from the text. You can save up to {MAX_ADS} ads.",
        AdSerializer,
        AD_EXAMPLE,
        call="ads/",
        request=AdRequestSerializer,
        request_example=CHANGE_EXAMPLE,
        wrong=("skills", "Send the skills of the ad, or its text."),
        creates=True,
    ),
)
class AdList(SavedAdView):
    def get(self, request: Request) -> HttpResponse:
        state = self.learner_state()
        rows = self.learner.savedads.in_bulk([ad.id for ad in state.ads])
        ads = [ad_as_json(ad, rows[ad.id], state) for ad in state.ads if ad.id in rows]
        ads.sort(key=lambda ad: (-ad["closeness"]["share"], ad["closeness"]["hours"], -ad["id"]))
        return respond({"next": None, "results": ads})

    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.save)

    def save(self) -> tuple[int, str]:
        sent, now = self.validated(AdRequestSerializer), timezone.now()
        values = self.values(read_ad(sent, self.snapshot))
        row = services.save_ad(learner=self.learner, now=now, event_id=sent.get("event_id"), **values)
        known = {name: values[name].strip() for name in ("title", "employer", "seniority")}
        return event_response(row, known, self.shown(row), row.at == now)


ID_PATH = (
    OpenApiParameter(
        "id",
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        OpenApiParameter.PATH,
        description="Id of a saved ad.",
    ),
)


@describe(
    get=Operation(
        "read_ad",
        "Read a saved ad",
        "A saved ad, with its text if you stored it.",
        AdItemSerializer,
        {**AD_EXAMPLE, "text": ""},
        call="ads/7/",
        path_parameters=ID_PATH,
    ),
    put=Operation(
        "change_ad",
        "Change a saved ad",
        "Fields that you leave out stay as they are; `skills` replaces all skills. If the ad is your goal, your plan "
        "changes with it.",
        AdSerializer,
        AD_EXAMPLE,
        call="ads/7/",
        request=AdChangeSerializer,
        request_example=CHANGE_EXAMPLE,
        wrong=("title", "Write it on one line."),
        path_parameters=ID_PATH,
    ),
    delete=Operation(
        "remove_ad",
        "Delete a saved ad",
        "For a day, you can restore the ad on the page of your ads; after that, it is deleted permanently. If the ad "
        "is your goal, your goal becomes the role that was your goal before, or otherwise the role whose path the ad's plan "
        "followed.",
        None,
        call="ads/7/",
        path_parameters=ID_PATH,
    ),
)
class AdItem(SavedAdView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        row = self.row(id)
        return respond({**self.shown(row), "text": row.text})

    def put(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        row, values = self.row(id), self.values(self.validated(AdChangeSerializer))
        services.change_ad(learner=self.learner, ad=row, now=timezone.now(), **values)
        return respond(self.shown(row))

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        services.remove_ad(learner=self.learner, ad=self.row(id), now=timezone.now())
        return HttpResponse(status=204)


NO_ROLE = "Choose the role whose path the ad follows."
NOT_GOAL = "This ad is not your goal."


@describe(
    post=Operation(
        "make_ad_goal",
        "Make a saved ad your goal",
        "The goal keeps the hours, days and deadline of your current goal, or has 8 hours a week on any day if you "
        "have no goal. `PUT /me/goal/` changes them. Returns the goal.",
        GoalSerializer,
        {**GOAL_EXAMPLE, "industry": None, "ad": 7},
        call="ads/7/goal/",
        path_parameters=ID_PATH,
    ),
    delete=Operation(
        "leave_ad_goal",
        "Stop using a saved ad as your goal",
        "Your goal becomes the role that was your goal before, with its industry and deadline, or otherwise the role "
        "whose path the ad's plan followed.",
        None,
        call="ads/7/goal/",
        path_parameters=ID_PATH,
        errors={404: NOT_GOAL},
    ),
)
class AdGoal(SavedAdView):
    def post(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return run_once(request, lambda: self.make_goal(self.row(id)))

    def make_goal(self, row: SavedAd) -> tuple[int, str]:
        services.make_ad_goal(learner=self.learner, ad=row, now=timezone.now())
        return 200, dumps(goal_as_json(self.learner_state())).decode()

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        row = self.row(id)
        with transaction.atomic():
            goal = self.learner.goals.last()
            if goal is None or goal.ad_id != row.pk:
                raise exceptions.NotFound(NOT_GOAL)
            services.leave_ad(learner=self.learner, now=timezone.now())
        return HttpResponse(status=204)
