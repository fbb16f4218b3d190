"""Several calculations in one request: each calculation gets the same response as if it were sent alone, and counts as one
request towards the limit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api import limits
from guidance.api.bodies import unknown_keys
from guidance.api.cached import dumps
from guidance.api.plan import PLAN_EXAMPLE, PLAN_QUESTION, PlanRequestSerializer, PlanSerializer, PlanView
from guidance.api.readiness import (
    READINESS_EXAMPLE,
    READINESS_QUESTION,
    ReadinessRequestSerializer,
    ReadinessSerializer,
    ReadinessView,
)
from guidance.api.schema import Operation, describe
from guidance.api.views import CalculationView
from guidance.catalog import snapshot as snapshots
from guidance.catalog.snapshot import Snapshot

MAX_ITEMS = 50
HELP = f"1 to {MAX_ITEMS} requests."
RESULTS_HELP = "In the order of `requests`."
TOO_MANY = f"Send at most {MAX_ITEMS} requests."


class BatchView(CalculationView):
    """A `POST` whose `requests` are bodies of the view `of`. If one is invalid, the whole batch is refused."""

    of: ClassVar[type[CalculationView]]

    def post(self, request: Request) -> HttpResponse:
        if unknown := unknown_keys(self.request_serializer(), request.data):
            raise exceptions.ValidationError(unknown)
        items = self.items(request.data)
        limits.count_more(request._request, len(items) - 1)
        snapshot, parameters, one = snapshots.current(), self.parameters(request), self.of()
        results: list[dict[str, Any]] = []
        errors: dict[str, Any] = {}
        for number, item in enumerate(items):
            try:
                results.append(one.result(snapshot, item, parameters))
            except exceptions.ValidationError as error:
                errors |= _by_path(f"requests[{number}]", error)
        if errors:
            raise exceptions.ValidationError(errors)
        return HttpResponse(
            dumps({"results": results}), headers={"Content-Type": "application/json", "Cache-Control": "no-store"}
        )

    def items(self, data: Any) -> list[Any]:
        items = data.get("requests") if isinstance(data, dict) else None
        if not isinstance(items, list) or not items:
            raise exceptions.ValidationError({"requests": ["Send a list with at least one request."]})
        if len(items) > MAX_ITEMS:
            raise exceptions.ValidationError({"requests": [TOO_MANY]})
        return items

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        return self.of().calculate(snapshot, validated)


def _by_path(path: str, error: exceptions.ValidationError) -> dict[str, Any]:
    detail = error.detail
    if not isinstance(detail, dict) or "non_field_errors" in detail:
        return {path: detail["non_field_errors"] if isinstance(detail, dict) else detail}
    return {f"{path}.{name}": messages for name, messages in detail.items()}


class PlanBatchRequestSerializer(serializers.Serializer[Any]):
    requests = serializers.ListField(child=PlanRequestSerializer(), min_length=1, max_length=MAX_ITEMS, help_text=HELP)


class PlanBatchSerializer(serializers.Serializer[Any]):
    results = PlanSerializer(many=True, help_text=RESULTS_HELP)


@describe(
    post=Operation(
        "plan_batch",
        "Make several plans",
        f"Like `POST /plan/`, for up to {MAX_ITEMS} requests. Each counts as one request towards the limit. If one is "
        "invalid, the whole batch is refused.",
        PlanBatchSerializer,
        request_example={"requests": [PLAN_QUESTION]},
        example={"results": [PLAN_EXAMPLE]},
        wrong=("requests", TOO_MANY),
    )
)
class PlanBatch(BatchView):
    of = PlanView
    query = PlanView.query
    request_serializer = PlanBatchRequestSerializer


class ReadinessBatchRequestSerializer(serializers.Serializer[Any]):
    requests = serializers.ListField(
        child=ReadinessRequestSerializer(), min_length=1, max_length=MAX_ITEMS, help_text=HELP
    )


class ReadinessBatchSerializer(serializers.Serializer[Any]):
    results = ReadinessSerializer(many=True, help_text=RESULTS_HELP)


@describe(
    post=Operation(
        "readiness_batch",
        "Calculate several readiness scores",
        f"Like `POST /readiness/`, for up to {MAX_ITEMS} requests. Each counts as one request towards the limit. If "
        "one is invalid, the whole batch is refused.",
        ReadinessBatchSerializer,
        request_example={"requests": [READINESS_QUESTION]},
        example={"results": [READINESS_EXAMPLE]},
        wrong=("requests", TOO_MANY),
    )
)
class ReadinessBatch(BatchView):
    of = ReadinessView
    request_serializer = ReadinessBatchRequestSerializer
