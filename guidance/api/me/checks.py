"""The learner's quick checks: start, read and answer. Requires a session, because checks are for the learner and not for an
assistant."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.authentication import SessionOnly
from guidance.api.cached import dumps
from guidance.api.fields import JsonInteger, JsonSlug, JsonText
from guidance.api.idempotency import Conflict, run_once
from guidance.api.me.base import CursorQuery, MeListView, MeView, respond, row_of
from guidance.api.schema import Operation, cursor_page_serializer, describe
from guidance.catalog.kinds import ITEM_KINDS, MAX_ITEM_KEY, MAX_LEVEL, CheckItem
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import checks, services
from guidance.progress.models import CheckAnswer, QuickCheck
from guidance.progress.services import CheckState

MAX_ANSWER = 200  # maximum number of characters in an option's id or a typed answer


class CheckOptionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()


class CheckQuestionSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    kind = serializers.ChoiceField(
        ITEM_KINDS,
        help_text="`choice`: pick one option. `several`: pick all that apply. `order`: put all options in order. "
        "`number` and `output`: type the answer.",
    )
    question = serializers.CharField()
    code = serializers.CharField(help_text="May be empty.")
    unit = serializers.CharField(help_text="Unit of the number; may be empty.")
    options = CheckOptionSerializer(many=True, help_text="Empty if the answer is typed.")


class CheckSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    purpose = serializers.ChoiceField(QuickCheck.Purpose.choices)
    on = serializers.DateField(help_text="The day on which the check started, in your time zone.")
    of = serializers.IntegerField(min_value=1, help_text="Number of questions.")
    needed = serializers.IntegerField(min_value=1, help_text="Number of right answers needed to pass.")
    answered = serializers.IntegerField(min_value=0)
    right = serializers.IntegerField(min_value=0)
    passed = serializers.BooleanField(allow_null=True, help_text="Null until the check is finished.")


class RunningCheckSerializer(CheckSerializer):
    question = CheckQuestionSerializer(allow_null=True, help_text="The next question; null after the last.")
    number = serializers.IntegerField(allow_null=True, help_text="Number of that question, starting at 1.")


class ReasonSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Id of an option.")
    text = serializers.CharField()
    right = serializers.BooleanField(help_text="For `order`, false for every option: they are in the right order.")
    why = serializers.CharField(help_text="May be empty.")


class CheckAnswerSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    right = serializers.BooleanField()
    answer = serializers.ListField(child=serializers.CharField(), help_text="Your answer in words.")
    solution = serializers.CharField(allow_null=True, help_text="The right answer, if it is typed.")
    why = serializers.CharField(help_text="May be empty.")
    options = ReasonSerializer(many=True)
    source = serializers.CharField(help_text="URL of the source; may be empty.")  # type: ignore[assignment]  # of DRF’s field
    check = RunningCheckSerializer()


@extend_schema_serializer(component_name="CheckRequest")
class CheckRequestSerializer(serializers.Serializer[Any]):
    skill = JsonSlug(Kind.SKILL, help_text="Slug.")
    level = JsonInteger(min_value=1, max_value=MAX_LEVEL)


@extend_schema_serializer(component_name="CheckAnswerRequest")
class CheckAnswerRequestSerializer(serializers.Serializer[Any]):
    item = JsonText(max_length=MAX_ITEM_KEY, help_text="Id of the current question.")
    answer = serializers.ListField(
        child=JsonText(max_length=MAX_ANSWER),
        max_length=5,
        help_text="Ids of the options you pick (for `order`, in your order), or only the text of a typed answer.",
    )


def check_as_json(state: CheckState) -> dict[str, Any]:
    found = state.check
    return {
        "id": found.pk,
        "skill": state.slug,
        "level": found.level,
        "purpose": found.purpose,
        "on": found.on.isoformat(),
        "of": len(state.items),
        "needed": state.needed,
        "answered": len(state.answers),
        "right": state.right,
        "passed": found.passed,
    }


def running_as_json(state: CheckState) -> dict[str, Any]:
    item = state.current
    question = None
    if item is not None:
        question = {
            "item": item.key,
            "kind": item.kind,
            "question": item.question,
            "code": item.code,
            "unit": item.unit,
            "options": [
                {"id": checks.option_id(option), "text": option.label}
                for option in checks.shown_options(item, state.check.pk)
            ],
        }
    return check_as_json(state) | {"question": question, "number": len(state.answers) + 1 if item else None}


def answer_as_json(state: CheckState, answer: CheckAnswer, item: CheckItem) -> dict[str, Any]:
    return {
        "item": item.key,
        "right": answer.right,
        "answer": answer.answer,
        "solution": str(item.answer) if checks.is_typed(item) else None,
        "why": item.why,
        "options": [
            {"id": checks.option_id(option), "text": option.label, "right": option.right, "why": option.why}
            for option in item.options
        ],
        "source": item.source,
        "check": running_as_json(state),
    }


CHECK_EXAMPLE = {
    "id": 7,
    "skill": "python",
    "level": 1,
    "purpose": "check",
    "on": "2026-11-27",
    "of": 5,
    "needed": 4,
    "answered": 0,
    "right": 0,
    "passed": None,
}
QUESTION_EXAMPLE = {
    "item": "sum-of-squares",
    "kind": "output",
    "question": "What does it print?",
    "code": "print(sum(n * n for n in range(3)))\n",
    "unit": "",
    "options": [],
}
RUNNING_EXAMPLE = {**CHECK_EXAMPLE, "question": QUESTION_EXAMPLE, "number": 1}
ID = OpenApiParameter("id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="Id of a check.")


@describe(
    get=Operation(
        "list_checks",
        "List checks",
        "Your quick checks and reviews, latest first. Requires a session.",
        cursor_page_serializer(CheckSerializer),
        {"next": None, "results": [CHECK_EXAMPLE]},
        call="checks/",
        query=CursorQuery,
    ),
    post=Operation(
        "begin_check",
        "Start a check",
        "If the skill has an unfinished check, you continue that one. You can check a skill once a day; 409 states "
        "when the next check is possible. Requires a session.",
        RunningCheckSerializer,
        RUNNING_EXAMPLE,
        call="checks/",
        request=CheckRequestSerializer,
        request_example={"skill": "python", "level": 1},
        wrong=("level", "There are no questions for this level."),
        creates=True,
        errors={409: "You can take the next check of this skill on Sat 28 Nov."},
    ),
)
class CheckList(MeListView):
    permission_classes = (SessionOnly,)

    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.quickchecks.prefetch_related("answers").order_by("-on", "-id")
        return self.page(rows, lambda row: _listed(row, self.snapshot))

    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.begin)

    def begin(self) -> tuple[int, str]:
        sent, now = self.validated(CheckRequestSerializer), timezone.now()
        skill = row_of(self.snapshot, Kind.SKILL, sent["skill"])
        try:
            begun = services.begin_check(learner=self.learner, skill=skill, level=sent["level"], now=now)
        except ValidationError as error:
            if error.code == "too_early":
                raise Conflict(error.messages[0]) from None
            raise ValidationError({"level": error.messages}) from None
        state = services.check_state(self.learner, begun, self.snapshot)
        return 201 if begun.at == now else 200, dumps(running_as_json(state)).decode()


def _listed(row: QuickCheck, snapshot: Snapshot) -> dict[str, Any]:
    """Returns a check as it appears in a list, without its questions."""
    answers = list(row.answers.all())
    return {
        "id": row.pk,
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), ""),
        "level": row.level,
        "purpose": row.purpose,
        "on": row.on.isoformat(),
        "of": len(row.items),
        "needed": row.needed,
        "answered": len(answers),
        "right": sum(answer.right for answer in answers),
        "passed": row.passed,
    }


@describe(
    get=Operation(
        "read_check",
        "Read a check",
        "The progress of the check, and the next question. Requires a session.",
        RunningCheckSerializer,
        RUNNING_EXAMPLE,
        call="checks/7/",
        path_parameters=(ID,),
    )
)
class CheckItemView(MeView):
    permission_classes = (SessionOnly,)

    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002  the name in the contract
        found = get_object_or_404(self.learner.quickchecks, pk=id)
        return respond(running_as_json(services.check_state(self.learner, found, self.snapshot)))


@describe(
    post=Operation(
        "answer_check",
        "Answer a question",
        "The response tells you whether you are right, why, and what comes next. The "
        "last question finishes the check. Requires a session.",
        CheckAnswerSerializer,
        {
            "item": "sum-of-squares",
            "right": True,
            "answer": ["5"],
            "solution": "5",
            "why": "0 + 1 + 4.",
            "options": [],
            "source": "",
            "check": {**RUNNING_EXAMPLE, "answered": 1, "right": 1, "number": 2},
        },
        call="checks/7/answers/",
        request=CheckAnswerRequestSerializer,
        request_example={"item": "sum-of-squares", "answer": ["5"]},
        wrong=("answer", "Type your answer."),
        path_parameters=(ID,),
        errors={409: "This question was not asked."},
    )
)
class CheckAnswerList(MeView):
    permission_classes = (SessionOnly,)

    def post(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return run_once(request, lambda: self.answer(id))

    def answer(self, pk: int) -> tuple[int, str]:
        found = get_object_or_404(self.learner.quickchecks, pk=pk)
        sent = self.validated(CheckAnswerRequestSerializer)
        try:
            state = services.answer_item(
                learner=self.learner, check=found, item=sent["item"], given=sent["answer"], now=timezone.now()
            )
        except ValidationError as error:
            if error.code == "invalid":
                raise ValidationError({"answer": error.messages}) from None
            raise Conflict(error.messages[0]) from None
        answer = state.answers[-1]
        item = next(item for item in state.items if item.key == answer.item)
        return 200, dumps(answer_as_json(state, answer, item)).decode()
