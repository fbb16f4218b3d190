"""An operation that needs a second person: the request, what it would do now, and the decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from guidance.catalog.models import RECORD_MODELS, Record
from guidance.curation import operations, pending_operations
from guidance.curation.admin.http import record_url, user_of
from guidance.curation.models import Operation, PendingOperation
from guidance.curation.operations import OperationPlan, OperationRejected

NOT_ASKED = ("csrfmiddlewaretoken", "digest", "action", "post", "change")  # posted values that are not stored


def ask(operation_admin: Any, request: HttpRequest, plan: OperationPlan, record: Record, note: str) -> HttpResponse:
    """Requests the operation instead of carrying it out."""
    posted = request.POST if plan.request.what == Operation.OperationType.SPLIT else request.GET
    form = {name: values for name, values in posted.lists() if name not in NOT_ASKED}
    try:
        pending = pending_operations.ask(plan.request, record, form, by=user_of(request), note=note)
    except ValidationError as error:
        raise OperationRejected(error.messages) from error
    operation_admin.message_user(request, gettext("Requested. Someone else has to confirm it."), messages.SUCCESS)
    return HttpResponseRedirect(address(pending))


def address(pending: PendingOperation) -> str:
    return reverse("admin:curation_operation_pending", args=[pending.pk])


def pending_view(operation_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    if not operation_admin.has_view_permission(request):
        raise PermissionDenied
    user = user_of(request)
    pending = get_object_or_404(PendingOperation.objects.select_related("asked_by", "decided_by", "operation"), pk=pk)
    record = RECORD_MODELS[pending.kind].objects.filter(pk=pending.record_id).first()
    is_waiting = pending.state == PendingOperation.PendingState.WAITING
    problems: list[str] = []
    words, words_problem = request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            return _decide(operation_admin, request, pending, record)
        except OperationRejected as error:
            problems = error.problems
        except ValidationError as error:
            if request.POST.get("decision") == "reject" and not words.strip():
                words_problem = " ".join(error.messages)
            else:
                problems = error.messages
    plan, in_the_way = _plan(operation_admin, pending, record) if is_waiting else (None, [])
    context = {
        "title": gettext("%(what)s: %(name)s")
        % {"what": pending.get_what_display().capitalize(), "name": pending.name},
        "pending": pending,
        "record": record or pending.name,
        "record_url": record_url(pending.kind, pending.record_id) if record is not None else "",
        "plan": plan,
        "problems": problems or in_the_way,
        "words": words,
        "words_problem": words_problem,
        "is_own": pending.asked_by_id == user.pk,
        "may_decide": is_waiting and pending_operations.may_decide(user, pending),
        "may_withdraw": is_waiting and pending.asked_by_id in (None, user.pk),
    }
    if plan is not None and not plan.problems:
        context |= operation_admin.plan_context(plan) | {
            "into": next((change.name for change in plan.changes if change.key[1] == plan.request.into), ""),
            "new": plan.request.name,
        }
    status = 422 if request.method == "POST" else 200
    return operation_admin.page(request, "admin/curation/pending_operation.html", context, status=status)  # type: ignore[no-any-return]


def _plan(
    operation_admin: Any, pending: PendingOperation, record: Record | None
) -> tuple[OperationPlan | None, list[str]]:
    """Returns what the operation would do now, and what prevents it."""
    if record is None:
        return None, [gettext("The record no longer exists.")]
    data = QueryDict(mutable=True)
    for name, values in pending.form.items():
        data.setlist(name, values)
    catalogue = operations.read_catalogue()
    form = operation_admin.form_of(pending.what, record, catalogue, data)
    if not form.is_valid():
        return None, [str(message) for found in form.errors.values() for message in found]
    plan = operations.plan(form.operation_request(), catalogue)
    return plan, list(plan.problems)


def _decide(
    operation_admin: Any, request: HttpRequest, pending: PendingOperation, record: Record | None
) -> HttpResponse:
    user = user_of(request)
    match request.POST.get("decision"):
        case "reject":
            pending_operations.reject(pending, by=user, words=request.POST.get("words", ""))
            operation_admin.message_user(request, gettext("Rejected."), messages.SUCCESS)
        case "withdraw":
            pending_operations.withdraw(pending, by=user)
            operation_admin.message_user(request, gettext("Withdrawn."), messages.SUCCESS)
        case "confirm":
            pending_operations.require_waiting(pending)
            plan, problems = _plan(operation_admin, pending, record)
            if plan is None or problems:
                raise OperationRejected(problems)
            operation = pending_operations.confirm(pending, plan.request, request.POST.get("digest", ""), by=user)
            return operation_admin.say_done(request, operation)  # type: ignore[no-any-return]
        case _:
            raise OperationRejected([gettext("Choose what to do.")])
    return HttpResponseRedirect(address(pending))
