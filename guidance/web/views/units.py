"""Units of a skill: the learner ticks one as done, and undoes that."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from guidance.catalog.models import Skill
from guidance.catalog.wording import hours
from guidance.progress import services
from guidance.progress.units import title_of
from guidance.web.access import learner_of, published
from guidance.web.actions import action
from guidance.web.forms.study import TickForm
from guidance.web.replies import back, done, errors_of, failed

MOST = 50  # characters of a unit in a message


@action("web:skill", "slug")
def tick(request: HttpRequest, slug: str, level: int, key: str) -> HttpResponse:
    """What is left of the unit is logged, or the minutes that were sent; 0 logs nothing."""
    skill = published(Skill, slug)
    to, form = back(request, skill.get_absolute_url()), TickForm(request.POST)
    if not form.is_valid():
        return failed(request, errors_of(form), to=to)
    minutes = form.cleaned_data["minutes"]
    try:
        ticked = services.tick_unit(
            learner=learner_of(request), skill=skill, level=level, key=key, minutes=minutes, now=timezone.now()
        )
    except ValidationError as error:
        return failed(request, " ".join(error.messages), to=to)
    text = _("Done: %(unit)s. %(time)s logged.") if ticked.session_id else _("Done: %(unit)s. No time logged.")
    if ticked.earlier and not ticked.session_id:
        text = _("Done: %(unit)s. Its time was logged before.")
    words = {"unit": _short(ticked.text), "time": hours(ticked.minutes / 60)}
    return done(request, text % words, to=to, undo=reverse("web:untick-unit", args=[skill.slug, level, key]))


def _short(text: str) -> str:
    """What names a unit in a message, which must stay small on a phone."""
    return Truncator(title_of(text)).chars(MOST)


@action("web:skill", "slug")
def untick(request: HttpRequest, slug: str, level: int, key: str) -> HttpResponse:
    skill = published(Skill, slug)
    to = back(request, skill.get_absolute_url())
    ticked = services.untick_unit(learner=learner_of(request), skill=skill, level=level, key=key)
    if ticked is None:  # a second click
        return done(request, _("This unit isn’t done."), to=to)
    text = _("No longer done: %(unit)s. %(time)s removed from your log.")
    if not ticked.session_id:
        text = _("No longer done: %(unit)s.")
    return done(request, text % {"unit": _short(ticked.text), "time": hours(ticked.minutes / 60)}, to=to)
