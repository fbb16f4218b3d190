"""Builds the email of a reminder: its content (`MailContent`, `MailFooter`) as text and as HTML, and its headers. The same
content gives the same bytes.
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

MAX_PARSED = 128  # cached headers: several times as many as one email has
MAX_HEADER_LINE = 76
COLUMNS, RULE = 78, 40  # width of the text, and of the line above its footer
# Characters that change the writing direction: in a name they would also change the direction of the sentence around it.
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
    """The content of an email, in order."""

    subject: str
    preview: str  # shown beside the subject by mail programs
    title: str
    lead: list[str]
    # The box at the top: what to use, a figure with its meaning, one action and perhaps another.
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
    """The end of each email: why it was sent, and how to stop or change such emails."""

    why: str
    stop: MailItem
    change: MailItem


class ReminderMail(EmailMultiAlternatives):
    """Django's email message with a fixed boundary between its parts and with headers that are faster to build."""

    boundary: str

    def message(self, *, policy: Any = None) -> EmailMessage:
        message: EmailMessage = super().message(policy=(policy or default).clone(header_factory=_headers))
        message.set_boundary(self.boundary)
        return message


class _Header(BaseHeader):
    """A header that is written unchanged if it is one short line of ASCII, without parsing by the standard library. A URL in
    `List-Unsubscribe` is never split: mail programs cannot read it as encoded words, which RFC 2047 forbids there."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        line = f"{self.name}: {self}"
        if (self.isascii() and len(line) <= MAX_HEADER_LINE) or self.name.lower() == "list-unsubscribe":
            return line + policy.linesep
        return str(super().fold(policy=policy))


class _Headers(HeaderRegistry):
    """The registry of the standard library with caches: without them it would create a class for each header of each email
    and parse the same values again and again."""

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
        header: BaseHeader = self.parsed(name, value)  # safe to share: headers never change
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
    """Returns one wrapped paragraph, without the line breaks that a name may contain."""
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
    """Returns an item with its URL on a separate line, so that mail programs recognise it as a link."""
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
    """Returns the template with the style sheet inlined into the elements, because many mail programs support nothing else.
    This is done once per process and not per email. During inlining, template tags are replaced by comments, which the HTML
    parser leaves in place. Rules for dark colours and small screens stay in <style>."""
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
