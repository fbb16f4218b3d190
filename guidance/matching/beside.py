"""Finds the parts of a job ad that are not about the job itself: what others do, how to apply, what the firm sells. Pure.

Each pattern is searched for once in the text. A skill is not part of the job if its sentence matches a pattern; if the pattern
only concerns what follows, the skill must also come shortly after the match.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

# "A separate team looks after computer vision".
_ELSEWHERE = re.compile(
    r"\b(?:(?:separate|another|sister|different|other|neighbouring) (?:\w+ )?(?:team|group|department|unit|practice|squad|company|division|colleague)"
    r"|(?:team|group|department|colleagues|unit) next door|(?:a|one|your) colleagues? (?:in|from|who|of)|(?:other|sister|neighbouring) teams"
    r"|report(?:s|ing)? to|reporting line|(?:head|director|vp|vice president|chief) of|led by|headed by|leiter(?:in)?|leitung|berichte(?:n|st) an"
    r"|anderes team|andere abteilung|eigenes team|eigene abteilung|schwesterteam|(?:eine?|deine?) kolleg(?:e|in) (?:in|aus|die|der))\b",
    re.IGNORECASE,
)
# "The team has a computer vision engineer", "next to our data scientists".
_COLLEAGUES = re.compile(
    r"\b(?:team (?:has|includes|consists of|counts|is made up of|of)|(?:next to|alongside|beside|together with|supported by|with) (?:our|a|an|the|two|three|four)|(?:team|wir) besteh(?:t|en) aus|neben|gemeinsam mit)\b",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"[ -](?:platform |software |research )?(?:engineer|developer|scientist|researcher|analyst|specialist|architect|expert|entwickler(?:in)?|ingenieur(?:in)?)(?:s|en|innen)?\b",
    re.IGNORECASE,
)
# "A leading provider of machine learning", "trusted by", "founded by".
_OF_THE_FIRM = re.compile(
    r"\b(?:(?:provider|supplier|maker|vendor|manufacturer|reseller|distributor|pioneer)s? (?:of|for)|(?:leader|leaders|leading|pioneer|pioneers) in|(?:founded|backed|funded|acquired|trusted) by"
    r"|(?:we|which|who) (?:also )?sells?|investors?|award[- ]winning|named (?:a|an|one of|among)|voted|spin-?off|anbieter (?:von|für)|hersteller von|marktführer|führend\w* (?:in|bei|im)|gegründet von)\b",
    re.IGNORECASE,
)
# How to apply, and what happens next.
_OF_APPLYING = re.compile(
    r"\b(?:by applying|by submitting|by sending|your application|personal data of applicants|applica(?:nts|tions) (?:may|are|will be|must not|can)|(?:screen|select|reject|rank)(?:s|ed|ing)? (?:applica|candidates|cvs)"
    r"|live[- ]coding|take[- ]home|coding (?:challenge|test|task|exercise|interview)|hiring manager|(?:first|second|third|final|technical|intro) (?:interview|round|call|stage)|interview (?:process|stages?)"
    r"|(?:also|currently) hiring|other (?:openings|vacancies|roles|jobs|positions)|(?:see|look at) (?:also )?our (?:other )?(?:jobs|openings|vacancies)"
    r"|probeaufgabe|vorstellungsgespräch|bewerbungsgespräch|bewerbungsunterlagen|deine daten|ihre daten|weitere stellen|suchen auch)\b",
    re.IGNORECASE,
)
_FAR = 80  # maximum number of code points from a match to the skill it concerns


class Beside:
    """The places where a text talks about something other than the job."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _elsewhere(self) -> list[int]:
        return [found.end() for found in _ELSEWHERE.finditer(self._text)]

    @cached_property
    def _colleagues(self) -> list[int]:
        return [found.end() for found in _COLLEAGUES.finditer(self._text)]

    @cached_property
    def _firm(self) -> list[int]:
        return [found.end() for found in _OF_THE_FIRM.finditer(self._text)]

    @cached_property
    def _applying(self) -> list[int]:
        return [found.start() for found in _OF_APPLYING.finditer(self._text)]

    def of_others(self, start: int, sentence: tuple[int, int]) -> bool:
        """Whether the skill that begins at `start` is someone else's work."""
        return self._shortly_before(self._elsewhere, start, sentence)

    def of_colleagues(self, start: int, end: int, sentence: tuple[int, int]) -> bool:
        """Whether the skill is part of a colleague's job title."""
        return self._shortly_before(self._colleagues, start, sentence) and bool(_JOB.match(self._text, end))

    def of_the_firm(self, start: int, sentence: tuple[int, int]) -> bool:
        """Whether the skill is something that the firm sells or is known for."""
        return self._shortly_before(self._firm, start, sentence)

    def of_applying(self, sentence: tuple[int, int]) -> bool:
        """Whether the sentence explains how to apply."""
        at = bisect_left(self._applying, sentence[0])
        return at < len(self._applying) and self._applying[at] < sentence[1]

    def _shortly_before(self, places: Sequence[int], start: int, sentence: tuple[int, int]) -> bool:
        at = bisect_right(places, start) - 1
        return at >= 0 and places[at] >= max(sentence[0], start - _FAR) and ";" not in self._text[places[at] : start]
