"""Finds the parts of a job ad that are not about the job itself: what others do, how to apply, what the firm sells. Pure.

Each pattern is searched for once in the text. A skill is not part of the job if its sentence matches a pattern; if the pattern
only concerns what follows, the skill must also come shortly after the match.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from guidance.matching.vocabulary.english import ENGLISH
from guidance.matching.vocabulary.german import GERMAN


def _any_of(*texts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(texts)})\b", re.IGNORECASE)


_ELSEWHERE = _any_of(ENGLISH.elsewhere, GERMAN.elsewhere)
_COLLEAGUES = _any_of(ENGLISH.colleagues, GERMAN.colleagues)
_JOB = re.compile(rf"[ -](?:platform |software |research )?(?:{ENGLISH.jobs}|{GERMAN.jobs})\b", re.IGNORECASE)
_OF_THE_FIRM = _any_of(ENGLISH.firm, GERMAN.firm)
_OF_APPLYING = _any_of(ENGLISH.applying, GERMAN.applying)
_FAR = 80  # maximum number of code points from a match to the skill it concerns


class Beside:
    """The places where a text is about something other than the job."""

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
