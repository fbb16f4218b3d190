"""A removed study session as a signed text that its owner can use to restore it. The session itself is no longer stored."""

from datetime import date, datetime
from uuid import UUID

from django.core import signing

from accounts.models import User
from guidance.catalog.models import Resource, Skill
from guidance.progress import services
from guidance.progress.models import StudySession, UnitTick

MAX_TEXT = 1_000  # characters


class UnknownSession(Exception):
    """Raised if the text does not describe a session that this learner removed."""


def sign(session: StudySession) -> str:
    """Returns the signed text of a session. Call it before the session is removed."""
    was = {
        "skill": session.skill_id,
        "resource": session.resource_id,
        "minutes": session.minutes,
        "on": session.on.isoformat(),
        "at": session.at.isoformat(),
        "event_id": str(session.event_id),
        "tick": UnitTick.objects.filter(session=session).values_list("pk", flat=True).first(),
    }
    return signing.dumps(was, salt=_salt(session.learner))


def restore(learner: User, text: str) -> StudySession:
    """Logs the session again as it was and returns it. Raises UnknownSession, or ValidationError if its day has no minutes
    left."""
    try:
        was = signing.loads(text, salt=_salt(learner))
    except signing.BadSignature as error:
        raise UnknownSession from error
    return services.log_study(
        learner=learner,
        skill=Skill.objects.filter(pk=was["skill"]).first(),
        resource=Resource.objects.filter(pk=was["resource"]).first(),
        minutes=was["minutes"],
        on=date.fromisoformat(was["on"]),
        now=datetime.fromisoformat(was["at"]),
        event_id=UUID(was["event_id"]),
        tick_id=was.get("tick"),
    )


def _salt(learner: User) -> str:
    """Returns a salt per learner, so that the text is not valid for anyone else."""
    return f"removed from the log of {learner.pk}"
