"""The learner's access tokens. Making one asks for the password again when it was not given lately."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import tokens as access
from guidance.web.access import learner_of
from guidance.web.actions import form_page
from guidance.web.forms.tokens import TokenForm
from guidance.web.replies import done


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    found = learner_of(request).access_tokens.order_by("-created_at", "-pk")
    return render(request, "web/tokens.html", {"tokens": found, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def new_token(request: HttpRequest) -> HttpResponse:
    """POST answers with the text of the new token itself: so it is written down nowhere, not even in the session."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            token, text = access.make(owner=learner_of(request), now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "web/token.html", {"token": token, "text": text}, status=HTTPStatus.CREATED)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "web/token.html", {"form": form}, status=status)


@form_page
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks once more; POST does it."""
    token = get_object_or_404(learner_of(request).access_tokens, pk=pk)
    if request.method != "POST":
        return render(request, "web/token_revoke.html", {"token": token})
    access.revoke(token=token)
    return done(request, _("The token “%s” is revoked.") % token.name, to=reverse("web:tokens"))
