"""What a signed-in visitor may see and change: their own rows, and the published catalogue. Anything else is not there (404).

Every view that is not marked otherwise asks for a login (`LoginRequiredMiddleware`), so these can rely on `request.user`.
"""

from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import RECORD_MODELS, Record
from guidance.progress.models import Owned
from guidance.progress.standing import Standing, standing


def learner_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def standing_of(request: HttpRequest) -> Standing:
    return standing(learner_of(request), snapshot=catalogue.current(), now=timezone.now())


def published[R: Record](model: type[R], slug: str) -> R:
    """The row of a published record, or of what it was renamed or merged into."""
    snapshot = catalogue.current()
    kind = model.KIND
    record = snapshot.of_kind(kind).get(snapshot.redirects.get((kind, slug), slug))
    if record is None:
        raise Http404
    return cast(R, get_object_or_404(RECORD_MODELS[kind], pk=record.id))


def own[O: Owned](request: HttpRequest, model: type[O], pk: int) -> O:
    """A row of the visitor's; somebody else's is as unknown as one that never was."""
    return get_object_or_404(model._default_manager.filter(learner=learner_of(request)), pk=pk)
