"""The email of a reminder: what it says (`MailContent`, `MailFooter`), the same as text and as HTML, and its headers.

The same content gives the same email to the byte.
"""

import re
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime
from functools import cache, lru_cache
from textwrap import TextWrapper
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine, Template

from accounts.emails import message_id
from guidance.reminders.models import Delivery

MAX_PARSED = 128  # headers that are cached: several times those of one mail
MAX_HEADER_LINE = 76
COLUMNS, RULE = 78, 40  # of the text, and of the line above its footer
# Characters that change the direction of writing: in a name they would change that of the sentence around it too.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class MailItem:
    """A named item: a link, a step or an alternative."""

    name: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MailSection:
    title: str
    items: list[MailItem]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """What an email says, in its order."""

    subject: str
    preview: str  # that mail programs show beside the subject
    title: str
    lead: list[str]
    # The sign: what to use, a figure and what it is, one thing to do and perhaps another.
    use: MailItem | None = None
    figure: str
    figure_text: str
    action: MailItem
    other: MailItem | None = None
    facts: list[tuple[str, str]]
    sections: list[MailSection]
    after: list[str]
    links: list[MailItem]


@dataclass(frozen=True, slots=True)
class MailFooter:
    """The end of each email: why it was sent, and how to stop or change it."""

    why: str
    stop: MailItem
    change: MailItem


class ReminderMail(EmailMultiAlternatives):
    """Django's, with a fixed boundary between its parts and headers that are quicker to make."""

    boundary: str

    def message(self, *, policy: Any = None) -> EmailMessage:
        message: EmailMessage = super().message(policy=(policy or default).clone(header_factory=_headers))
        message.set_boundary(self.boundary)
        return message


class _Header(BaseHeader):
    """Written as it is where that is one short line of ASCII: the standard library would take it apart first. An address in
    `List-Unsubscribe` stays in one piece however long it is, since as encoded words, which RFC 2047 forbids there, mail
    programs do not read it."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        line = f"{self.name}: {self}"
        if (self.isascii() and len(line) <= MAX_HEADER_LINE) or self.name.lower() == "list-unsubscribe":
            return line + policy.linesep
        return str(super().fold(policy=policy))


class _Headers(HeaderRegistry):
    """The standard library's registry, which would make a class for each header of each email, and parse again what is the same
    in all of them."""

    def __init__(self) -> None:
        super().__init__(base_class=_Header)
        self.made: dict[str, type] = {}
        self.parsed = lru_cache(MAX_PARSED)(super().__call__)

    def __getitem__(self, name: str) -> type:
        kind = self.made.get(name)
        if kind is None:
            kind = self.made[name] = super().__getitem__(name)
        return kind

    def __call__(self, name: str, value: Any) -> BaseHeader:
        header: BaseHeader = self.parsed(name, value)  # nothing changes a header once it is made
        return header


_headers = _Headers()


def build(content: MailContent, footer: MailFooter, *, delivery: Delivery, address: str) -> EmailMultiAlternatives:
    name = delivery.message_id.hex
    mail = ReminderMail(
        " ".join(DIRECTION_MARKS.sub("", content.subject).split()),
        as_text(content, footer),
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "Message-ID": message_id(delivery.message_id),
            "Date": format_datetime(delivery.planned_at),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{footer.stop.url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.boundary = f"={name}="
    mail.attach_alternative(as_html(content, footer), "text/html")
    return mail


# As text and as HTML


def as_text(content: MailContent, footer: MailFooter) -> str:
    parts = [_wrapped(text) for text in (content.title, *content.lead)]
    if content.use:
        parts.append(_item(content.use))
    parts.append(_wrapped(f"{content.figure} {content.figure_text}"))
    parts += [_item(link) for link in (content.action, content.other) if link]
    if content.facts:
        parts.append("\n".join(_wrapped(f"{name}: {value}") for name, value in content.facts))
    for section in content.sections:
        parts += [_wrapped(text) for text in (section.title, section.text) if text]
        parts += [_item(item, "- ") for item in section.items]
    parts += [_wrapped(text) for text in content.after]
    parts += [_item(link) for link in content.links]
    parts += ["-" * RULE, _wrapped(footer.why), _item(footer.stop), _item(footer.change)]
    parts.append(f"Waymark, {settings.SITE_URL}")
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str, bullet: str = "") -> str:
    """One paragraph, whatever line breaks a name has."""
    text = " ".join(DIRECTION_MARKS.sub("", text).split())
    if len(bullet) + len(text) <= COLUMNS:
        return bullet + text
    return _wrapper(bullet).fill(text)


@cache
def _wrapper(bullet: str) -> TextWrapper:
    return TextWrapper(
        COLUMNS,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _item(item: MailItem, bullet: str = "") -> str:
    """With its address on a line of its own, so that it can be followed whatever the program takes for a link."""
    text = item.name
    if item.text:
        text = f"{item.name}: {item.text}" if bullet else f"{item.name} ({item.text})"
    if not item.url:
        return _wrapped(text, bullet)
    return f"{_wrapped(text if bullet else f'{text}:', bullet)}\n{' ' * len(bullet)}{item.url}"


def as_html(content: MailContent, footer: MailFooter) -> str:
    return DIRECTION_MARKS.sub("", _template().render(Context({"content": content, "footer": footer})))


@cache
def _template() -> Template:
    """With the style sheet written into the elements, as many mail programs know no other. That is done once for the
    process and not for each mail: meanwhile the tags of the template are comments, which an HTML parser leaves in place.
    Dark colours and small screens stay in <style>."""
    source = re.sub(r'{% include "(.*?)" %}', lambda found: _source(found[1]), _source("reminders/reminder.html"))
    tags: list[str] = []

    def hide(tag: re.Match[str]) -> str:
        tags.append(tag[0])
        return f"<!--{len(tags) - 1}-->"

    hidden = re.sub(r"{%.*?%}", hide, source)
    inlined = css_inline.inline(hidden, keep_at_rules=True, load_remote_stylesheets=False)
    return Engine.get_default().from_string(re.sub(r"<!--(\d+)-->", lambda found: tags[int(found[1])], inlined))


def _source(name: str) -> str:
    return str(Engine.get_default().get_template(name).source)
