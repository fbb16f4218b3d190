"""The learner's settings for the proof page, with a preview. Nothing is public until they turn the page on."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import ProofPage
from guidance.progress.proof_page import public_proof
from guidance.web.http import form_page, invalid, learner_of, learner_state_of, post_action, redirect_with
from guidance.web.proof.forms import ProofForm

SHOWN = services.SHOWN_ON_PROOF_PAGE
PREVIEW, PUBLISH = "preview", "publish"  # actions of two buttons of the form; the third button saves


def _page_of(learner: User) -> ProofPage | None:
    return ProofPage.objects.filter(learner=learner).first()


@form_page
def proof_settings(request: HttpRequest) -> HttpResponse:
    """POST saves the settings or turns the page on; with `preview` it only shows what the page would look like."""
    learner = learner_of(request)
    page = _page_of(learner)
    sent = request.POST if request.method == "POST" else None
    form = ProofForm(sent, initial=_initial(learner, page), auto_id="proof-%s")
    if sent is None or not form.is_valid():
        return _settings(request, page, form, shown=page)
    shown = {name: form.cleaned_data[name] for name in SHOWN}
    if request.POST.get("do") == PREVIEW:
        return _settings(request, page, form, shown=ProofPage(learner=learner, **shown), asked=True)
    is_public = request.POST.get("do") == PUBLISH or (page is not None and page.is_public)
    old = page.name if page and page.is_public else ""
    try:
        saved = services.save_proof_page(
            learner=learner, now=timezone.now(), name=form.cleaned_data["name"], is_public=is_public, **shown
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _settings(request, page, form, shown=page)
    to = reverse("web:proof-settings")
    if is_public and not old:
        return redirect_with(request, _("Your proof page is on."), to=to, undo=reverse("web:proof-off"))
    if old and old != saved.name:
        return redirect_with(request, _("Saved. The old address no longer works."), to=to)
    return redirect_with(request, _("Saved."), to=to)


def _initial(learner: User, page: ProofPage | None) -> dict[str, object]:
    if page is None:
        page = ProofPage(learner=learner, display_name=learner.name)
    name = "" if services.has_secret_name(page) else page.name
    return {"name": name, **{field: getattr(page, field) for field in SHOWN}}


def _settings(
    request: HttpRequest, page: ProofPage | None, form: ProofForm, *, shown: ProofPage | None, asked: bool = False
) -> HttpResponse:
    """`shown`: content of the preview. `asked`: whether the learner asked for it."""
    learner, state = learner_of(request), learner_state_of(request)
    proof = public_proof(shown or ProofPage(learner=learner, display_name=learner.name), state)
    context = {
        "form": form,
        "proof_page": page,
        "address": page.address if page else "",
        "secret": page is not None and services.has_secret_name(page),
        "proof": proof,
        "unsaved": asked,
        "state": state,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/proof_settings.html", context, status=status)


@post_action("web:proof-settings")
def turn_off(request: HttpRequest) -> HttpResponse:
    """Turns the page off at once: the next request to the URL gets a 404."""
    to = reverse("web:proof-settings")
    if services.revoke_proof_page(learner=learner_of(request), now=timezone.now()):
        text = _("Your proof page is off. Its address now says that there is no page.")
        return redirect_with(request, text, to=to, undo=reverse("web:proof-on"))
    return redirect_with(request, _("Your proof page is off."), to=to)


@post_action("web:proof-settings")
def turn_on(request: HttpRequest) -> HttpResponse:
    """Turns the page on with the settings last saved, at the same address."""
    to = reverse("web:proof-settings")
    try:
        page = services.turn_on_proof_page(learner=learner_of(request), now=timezone.now())
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=to)
    if page is None:
        return invalid(request, _("First choose what your page shows, and save it."), to=to)
    return redirect_with(request, _("Your proof page is on."), to=to, undo=reverse("web:proof-off"))


@post_action("web:proof-settings", repeats=False)
def new_address(request: HttpRequest) -> HttpResponse:
    page = services.new_proof_address(learner=learner_of(request), now=timezone.now())
    to = reverse("web:proof-settings")
    if page is None:
        return invalid(request, _("First choose what your page shows, and save it."), to=to)
    return redirect_with(request, _("Your page has a new secret address. The old one no longer works."), to=to)
