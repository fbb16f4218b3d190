"""Describes in sentences how a job ad and its reader match: the verdict, the hours needed, and how the ad was read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Record, Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import hours, stretch
from guidance.matching import language
from guidance.matching.service import JobAd, Years
from guidance.progress.models import SavedAd
from guidance.web.match.reader import Reader

DEFAULT_HOURS = 8.0  # a week, for a reader who has not said how many
NUMBERS = (
    gettext_lazy("none"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
)
LOOKS: Mapping[str, object] = {
    "have": gettext_lazy("you have it"),
    "must": gettext_lazy("missing, asked for"),
    "nice": gettext_lazy("missing, welcome"),
}
MAX_ASIDE = 20  # characters
_SHARES = (
    (0.9, gettext_lazy("Nearly all")),
    (0.7, gettext_lazy("Three quarters")),
    (0.6, gettext_lazy("Two thirds")),
    (0.45, gettext_lazy("Half")),
)


class Row(Protocol):
    @property
    def best(self) -> "Option": ...


class Option(Protocol):
    @property
    def skill(self) -> Skill: ...
    @property
    def hours(self) -> float: ...


@dataclass(frozen=True, slots=True)
class AdFact:
    """Something that the ad states in addition to its skills."""

    name: str
    text: str
    aside: str = ""
    record: Record | None = None  # shown instead of the text
    others: tuple[Record, ...] = ()

    @property
    def is_long(self) -> bool:
        """Returns whether the aside gets a line of its own."""
        return len(self.aside) > MAX_ASIDE


def in_words(number: int) -> str:
    """Returns a number in words, such as “nine”."""
    return str(NUMBERS[number]) if number < len(NUMBERS) else str(number)


def time(value: float) -> str:
    """Returns hours on one line. From one hour on, minutes are omitted, since hours are an estimate."""
    return hours(round(value) if value > 1 else value).replace(" ", "\N{NO-BREAK SPACE}")


def headline(met: int, asked: int, welcome: int, needed: float, *, is_known: bool) -> str:
    """Returns the headline. `asked`, `welcome`: how many required and optional skills are missing; `needed`: hours to the missing required
    skills or, without any, to the optional ones."""
    total = met + asked + welcome
    if not total:
        return _("This ad names no skill that Waymark knows.")
    if total == met:
        text = ngettext("You have the one skill this ad names.", "You have all {n} skills this ad names.", total)
        return text.format(n=total)
    if not is_known:
        text = ngettext(
            "This ad names {n} skill; {hours} from zero to {rest}.",
            "This ad names {n} skills; {hours} from zero to {rest}.",
            total,
        )
        return text.format(
            n=in_words(total) if total == 1 else total, hours=time(needed), rest=_rest(0, asked, welcome)
        )
    text = _("You have {met} of the {n} skills this ad names; {hours} to {rest}.")
    if total == 1:
        text = _("You don’t have the one skill this ad names yet; {hours} to it.")
    elif not met:
        text = _("You have none of the {n} skills this ad names yet; {hours} to {rest}.")
    return text.format(met=met, n=total, hours=time(needed), rest=_rest(met, asked, welcome))


def _rest(met: int, asked: int, welcome: int) -> str:
    """Returns in words what the hours in the headline lead to."""
    if asked and welcome:
        if met:
            text = ngettext("the missing one that it requires", "the {n} missing ones that it requires", asked)
        else:
            text = ngettext("the one that it requires", "the {n} that it requires", asked)
        return text.format(n=in_words(asked))
    if not met:
        return ngettext("it", "all of them", asked + welcome)
    if welcome:
        return ngettext("the optional one", "the {n} optional ones", welcome).format(n=in_words(welcome))
    return ngettext("the one that is missing", "the other {n}", asked).format(n=in_words(asked))


def lead(asked: Sequence[Row], asked_hours: float, welcome: Sequence[Row], welcome_hours: float, who: Reader) -> str:
    """Returns a sentence about the missing skills and how long they take at the reader's hours a week."""
    if not asked and not welcome:
        return ""
    rows, needed = (asked, asked_hours) if asked else (welcome, welcome_hours)
    if who.hours_per_week:
        begin = _("At {hours} a week").format(hours=hours(who.hours_per_week).replace(" ", "\N{NO-BREAK SPACE}"))
    else:
        begin = _("If you study {hours} a week").format(hours=time(DEFAULT_HOURS))
    if asked:
        text = ngettext(
            "{begin}, the required one takes {time}.",
            "{begin}, the {n} required ones take {time}.",
            len(rows),
        )
    else:
        text = ngettext(
            "You have everything that it requires. {begin}, the optional one takes {time}.",
            "You have everything that it requires. {begin}, the {n} optional ones take {time}.",
            len(rows),
        )
    text = text.format(begin=begin, n=in_words(len(rows)), time=_weeks(needed / (who.hours_per_week or DEFAULT_HOURS)))
    return f"{text} {_largest(rows, needed, who)}".strip()


def _weeks(value: float) -> str:
    weeks = ceil(value)
    if value <= 1:
        return _("less than a week") if value < 0.8 else _("about a week")
    if 3.5 <= value < 6:
        return _("about a month")
    return stretch(weeks) or ngettext("about {n} week", "about {n} weeks", weeks).format(n=in_words(weeks))


def _largest(rows: Sequence[Row], needed: float, who: Reader) -> str:
    """Returns the skill that takes most of the time, if there is one."""
    largest = max(rows, key=lambda row: row.best.hours).best
    share = min(largest.hours / needed, 1.0)
    words = next((str(words) for least, words in _SHARES if share >= least), "")
    if len(rows) == 1 or not words:
        return ""
    slug = largest.skill.slug
    text = _("{share} of that is {skill}.")
    if slug == who.current:
        text = _("{share} of that is {skill}, which you are learning now.")
    elif who.begun(slug):
        text = _("{share} of that is {skill}, which you have started.")
    return text.format(share=words, skill=largest.skill.name)


def notes(
    ad: JobAd, role: Role | None, snapshot: Snapshot, who: Reader, *, found: bool, two: tuple[str, str] | None = None
) -> list[str]:
    """Returns what the reader should know before relying on the result, and what to do about it. `two`: titles of two ads in one text."""
    said = []
    if two:
        text = _("These look like two ads, “{first}” and “{second}”, read as one. Paste one at a time.")
        said.append(text.format(first=two[0], second=two[1]))
    if ad.language not in {*language.UNDERSTOOD, language.UNKNOWN}:
        text = _(
            "This ad is in {language}. Waymark found skill names in it, but can’t tell which are required, which are optional and which aren’t wanted. Check the list."
        )
        said.append(text.format(language=language_name(ad.language)))
    elif not found:
        said.append(
            _("Waymark knows the skills around AI engineering. If the ad is for this kind of work, paste all of it.")
        )
    if role is None and found:
        text = _(
            "This ad matches none of the {n} roles that Waymark knows, so some of its requirements may be "
            "missing here. If it does match one, choose the role under “Something is wrong”."
        )
        said.append(text.format(n=len(snapshot.roles)))
    if who.from_cv and found:
        said.append(
            ngettext(
                "{n} level that counts here is from your CV; you haven’t confirmed it.",
                "{n} levels that count here are from your CV; you haven’t confirmed them.",
                len(who.from_cv),
            ).format(n=len(who.from_cv))
        )
    return said


def language_name(code: str) -> str:
    try:
        name: str = get_language_info(code)["name_translated"]
    except KeyError:
        return _("another language")
    return name


# How the ad was read


def facts(ad: JobAd, role: Role | None, snapshot: Snapshot) -> list[AdFact]:
    others = tuple(snapshot.roles[guess.role] for guess in ad.roles if role is None or guess.role != role.slug)
    why = next((guess.why for guess in ad.roles if role is not None and guess.role == role.slug), None)
    because = {"title": _("by its title"), "skills": _("by its skills"), None: _("as you said") if role else ""}[why]
    return [
        AdFact(_("title"), ad.title or _("not found")),
        *([AdFact(_("employer"), ad.employer)] if ad.employer else []),
        AdFact(_("closest role"), _("none of ours"), because, role, others),
        *_asked_facts(ad),
        *([AdFact(_("place"), ad.place)] if ad.place else []),
        *([AdFact(_("written in"), language_name(ad.language))] if ad.language != language.UNKNOWN else []),
    ]


def _asked_facts(ad: JobAd) -> Iterator[AdFact]:
    if ad.seniority:
        words = _("from the title") if ad.seniority.in_title else _("from “{words}”").format(words=ad.seniority.words)
        yield AdFact(_("seniority"), str(SavedAd.Seniority(ad.seniority.rank).label), words)
    if ad.years:
        text = ", ".join(dict.fromkeys(_years(item) for item in ad.years))
        yield AdFact(_("years"), text, _("Waymark counts levels, not years"))
    if ad.degree:
        wanted = _("asked for") if ad.degree.required else _("welcome")
        yield AdFact(_("degree"), " ".join(ad.degree.words.split()), wanted)


def _years(item: Years) -> str:
    """Returns words such as “5+ in software engineering”."""
    if item.minimum is None:
        number = _("up to {n}").format(n=item.maximum)
    elif item.maximum is None:
        number = f"{item.minimum}+"
    else:
        number = _("{first} to {last}").format(first=item.minimum, last=item.maximum)
    text = _("{years} in {subject}").format(years=number, subject=item.of) if item.of else number
    return text if item.required else _("{years}, welcome").format(years=text)
