"""The years of experience that a job ad asks for. Pure.

A number of years counts if the text shows that it is experience: "of", "in" or "with" something, a plus sign, "at least", or a
section of requirements or wishes. "For 20 years", "a two-year contract" and "18 years old" do not count. Months are fractions of
a year.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve",
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
)
_NUMBERS = {word: number for words in _WORDS for number, word in enumerate(words.split(), start=1)} | {
    "a": 1, "eine": 1, "einem": 1, "einer": 1, "einjährige": 1, "fifteen": 15, "zwei bis": 2, "a couple of": 2, "a couple": 2,
    "one and a half": 1.5, "two and a half": 2.5, "eineinhalb": 1.5, "anderthalb": 1.5, "zweieinhalb": 2.5,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,2}}(?:[.,]5)?|(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}))"
_YEARS = re.compile(
    rf"(?<![\w.,/$€£–-])(?P<low>{_NUMBER})(?:\s?\(\d{{1,2}}\))?\s?(?P<plus>\+|plus\b|or more\b|oder mehr\b|or so\b)?"
    rf"\s?(?:(?:-|–|—|to\b|bis\b|or\b|oder\b)\s?(?P<high>{_NUMBER})\s?(?P<more>\+)?)?"
    r"\s?-?(?:(?:full|additional|further|extra|solid|relevant|good|volle|weitere|zusätzliche|einschlägige) )?(?P<unit>years?|yrs?\b\.?|yoe|y(?=\+|\)|,|;| (?:of|in|with|exp)| (?-i:[A-Z]))|jahre?n?|jahre[ns]?|jährige[nr]?|months?|monate[n]?)(?![\w-])[’']?\s?(?P<after>\+|or more\b|oder mehr\b|plus\b)?",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"^[^\w\n]{{0,20}}(?:yrs|years|experience|years of experience|yoe|jahre|berufserfahrung|erfahrung)\b\W{{0,10}}[:.|]+[^.\n]{{0,15}}?(?P<low>{_NUMBER})\s?(?:\+|[-–]\s?(?P<high>\d{{1,2}}))(?!\s?(?:years|yrs|jahre|months))",
    re.IGNORECASE | re.MULTILINE,
)
_BETWEEN = re.compile(
    rf"\b(?:between|zwischen) (?P<low>{_NUMBER}) (?:and|und) (?P<high>{_NUMBER}) (?:years?|yrs|jahren?)(?!\w)",
    re.IGNORECASE,
)
# "of which two with models", "at least three of them with Django"
_SHORT = re.compile(r"\b(?:min|mind|incl|ca|approx|bzw)\.", re.IGNORECASE)
_PART = re.compile(
    rf"(?:\b(?:of which|of that|of those|thereof|including|incl\.?|davon)\s(?:at least |mindestens |over |preferably |ideally |idealerweise |gern )?(?P<first>{_NUMBER})(?:\s?\+| or more| oder mehr)?(?: years?| yrs?| jahre?n?)?(?=\s?(?:years|yrs|jahre|of|in|with|w/|as|at|on|using|mit|im|als|doing|leading|building)(?!\w))"
    rf"|\b(?P<second>{_NUMBER})(?:\s?\+| or more| oder mehr)?(?: years| jahre)? (?:of (?:them|these|those|which|that)|davon)\b"
    rf"|(?:\b(?:with|and|or|und|mit)|,) (?:at least|a minimum of|minimum|minimum of|min\.?|mindestens|mind\.) (?P<third>{_NUMBER})\+? (?=focus|mit\b|in\b|on\b|as\b|with\b|working|building|doing|leading|using)"
    rf"|(?:,|;|\band) (?P<fourth>\d{{1,2}})\s?\+ (?:in|on|with|as|of)(?= \w)"
    rf"|\((?:at least |min\.? )?(?P<fifth>{_NUMBER})\+? (?=preferred\b|desirable\b|ideal|welcome\b|with\b|in\b|as\b|on\b))",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"\b(?:up to|at most|no more than|not more than|max(?:imum|\.)?(?: of)?|(?<!not )(?<!no )less than|under|bis zu|höchstens)\s*$",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"(?:\b(?:at least|not less than|no less than|no fewer than|min(?:imum|\.)?(?: of)?|mindestens|mind\.|over|more than|around|about|ideally|über|mehr als|ca\.)|\b(?:m\.?sc|b\.?sc|master[’']?s?|bachelor[’']?s?|degree|diploma|ph\.?d|doctorate)\s?(?:\+|plus|and|with|w/)|\b(?:experience|exp|berufserfahrung|erfahrung|praxis)\.?\s?(?::|\.{3,}|\||[–-])\s?(?:ab|from|min\.?)?|\b(?:ab|from))\s*$",
    re.IGNORECASE,
)
_NONE_BEFORE = re.compile(
    r"\b(?:counts? as |counting as |equals? |(?:(?<!look )(?<!looking )(?<!ask )(?<!asking )(?<!search )for|over|in|within|the|last|past|next|every|each|after|founded|since|by|seit|vor|letzten|nächsten|alle|nach|lasts?|takes?|spend|spends|spending|of our|turned) "
    r"(?:the |more than |nearly |almost |about |around |over |den |mehr als |up to )*(?:last |past |next |first |coming |letzten |nächsten |ersten )*$"
    r"|(?:contract|fixed[- ]term|befristet\w*|term|temporary|duration|runway|probation|dauer|laufzeit|projektdauer|auslastung|lock-?down|anniversary|stay|secondment|placement of|fellowship|overlap|handover|notice)\b[^.;\n]{0,20}$|\b(?:degree|diploma|studies|studium|course) \($|\b(?:trained|based|built|fitted|relies) on $)",
    re.IGNORECASE,
)
_NONE_AFTER = re.compile(
    r"^[\s-]?(?:olds?\b|on average|im schnitt|with (?:the |a )?(?:possib|option|extension)|renewable|extendable|ago|into\b|contract|fixed|history|later|in a row|warranty|plan\b|roadmap|vision\b|strategy|strategie|horizon|anniversar|vertrag|alt\b|befrist|running|straight|of \d|from now|before|since|sabbatical"
    r"|(?:of|in) (?:our |a |the )?(?:history|growth|age|funding|runway|existence|business|code\b|lockdown|the making|operation|service to)|maternity|parental|leave|probation|programme|program\b|pension|nach|(?:university |college |bachelor[’']?s? )?(?:degree|course|studium)\b)",
    re.IGNORECASE,
)
# Years of someone or something else: "our team has 20 years of experience", "data that covers twelve years".
_NOT_OF_READER = re.compile(
    r"(?:\b(?:we|wir|(?:our|unser)\w*(?: \w+){0,3}|(?:the |die |das )?(?:company|firm|team|unternehmen|firma)) (?:have|has|bring|brings|haben|hat|bringen|blicken|blickt|look back on|share|offer)"
    r"|\b(?:covers?|covering|spans?|spanning|contains?|holds?|combined|collective|umfasst|umfassen)|\b(?:us|wir|we) (?:with|mit)|^\W*(?:with|mit))"
    r" (?:now |already |auf |over |about |more than |almost |nearly |around |together |some |mehr als |über |rund |gut |knapp )*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s*(?:(?:,|of|in|with|as|for|an?|using|the|on|at|from|mit|als|im|in der|der|dem|den|im bereich|bereich|total|relevant|professional|commercial|industry|hands-on|practical|proven|solid|prior|full-time|post-graduate|work|working|practice"
    r"|experience|exp|berufserfahrung|berufliche|erfahrung|praxiserfahrung|praktische|similar|developing|building|writing|doing|your|own|or so|and up|or more|w/|\([^)]{0,14}\))(?!\w)[’']?\s*)+",
    re.IGNORECASE,
)
_OF = re.compile(r"[^.,;:()|•\n\"*]{2,60}")
_OF_ENDS = re.compile(
    r"\b(?:and (?:at least|a|an|two|three|one|you|the)|at least|of which|required|preferred|is a|is an|is required|would|including|ideally|plus|und mindestens|davon|erforderlich|von vorteil|wünschenswert)\b.*$",
    re.IGNORECASE,
)
# Words that cannot begin the name of anything: "three years, has shipped …".
_NAMES_NOTHING = re.compile(
    r"(?:has|have|had|is|are|was|were|be|been|will|would|can|could|should|must|may|might|do|does|did|you|we|they|he|she|it|i|who|that|which|if|when|while|so|and|or|but|not|no|ideally"
    r"|hat|haben|ist|sind|war|wird|werden|kann|können|sollte|muss|du|sie|wir|er|es|der|die|das|und|oder|aber|nicht|wenn)\b|[^\w.#+]",
    re.IGNORECASE,
)
_EXPERIENCE = re.compile(
    r"^[’']?\s?(?:of|in|with|as|experience|exp\b|erfahrung|beruf|praxis|hands|work|mit|als|im|relevant|professional|commercial|industry|or so|building|developing|doing|leading|managing|using|writing|required|preferred|minimum|behind (?:you|them))\b|^\s?\w+ experience",
    re.IGNORECASE,
)
# "You have done this for three years": what the ad says about the reader is experience.
_DONE = re.compile(
    r"\b(?:you(?:[’']ve|[’']d have| have| will have| should have)|(?:du|sie) (?:hast|haben|bist|sind|arbeite[nts]+)|having)\b(?:(?!\b(?:we|our|us|wir|unser\w*)\b)[^.!?\n])*(?:\bfor |\bseit )"
    r"(?:at least |over |more than |around |about |some |mindestens )*$",
    re.IGNORECASE,
)
_NEAR = 120  # characters after the years in which a part of them may follow
_MENTIONS = 200  # a text with more is not an ad
_MOST = 20  # more years are the age of something


@dataclass(frozen=True, slots=True)
class Years:
    """Years of experience in something."""

    minimum: float | None
    maximum: float | None
    of: str  # as written in the text; empty if the text does not state it
    skill: str | None  # slug, if it is a skill
    required: bool  # otherwise welcome
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """Years that a text names, before we know their skill and whether they are required."""

    minimum: float | None
    maximum: float | None
    of: str
    of_span: tuple[int, int]
    start: int
    end: int
    is_clear: bool  # whether it is certainly experience; if not, the section has to show it


def mentions(text: str) -> list[Mention]:
    """The years that the text names, in order and without overlaps."""
    found = sorted((*islice(_whole(text), _MENTIONS), *islice(_labelled(text), _MENTIONS)), key=lambda one: one.start)
    parts = [part for one in found for part in _parts(text, one)]
    everything: list[Mention] = []
    for one in sorted((*found, *parts), key=lambda one: one.start):
        if not everything or everything[-1].end <= one.start:
            everything.append(one)
    return everything


def _whole(text: str) -> Iterator[Mention]:
    for found in _YEARS.finditer(text):
        start, end = found.start(), found.end() - (found[0][-1] == " ")
        before = text[max(0, start - 60) : start].rpartition("\n")[2]
        after = text[end : end + 80].partition("\n")[0]
        done = _DONE.search(text[max(0, start - 200) : start].rpartition("\n")[2])
        if (not done and (_NONE_BEFORE.search(before) or _NOT_OF_READER.search(before))) or _NONE_AFTER.match(after):
            continue
        parts = 12 if found["unit"].lower().startswith("mon") else 1
        low: float | None = _number(found["low"], parts)
        high = _number(found["high"], parts) if found["high"] and not found["more"] else None
        if low is None or low > _MOST or (found["low"].lower() in {"a", "eine"} and not _EXPERIENCE.match(after)):
            continue
        plus = found["plus"] or found["after"] or found["more"]
        spans_months = parts > 1 and not _EXPERIENCE.match(after)  # "6-12 months", the length of the contract
        clear = bool(
            done or plus or (found["high"] and not spans_months) or _LEAST.search(before) or _EXPERIENCE.match(after)
        )
        if high is None and not plus and _UP_TO.search(before):
            low, high = None, low
        yield _mention(text, low, high, start, end, is_clear=clear)


def _labelled(text: str) -> Iterator[Mention]:
    for found in _BETWEEN.finditer(text):
        if not _NONE_AFTER.match(text[found.end() : found.end() + 80]):
            yield _mention(
                text, _number(found["low"]), _number(found["high"]), found.start(), found.end(), is_clear=False
            )
    for found in _LABELLED.finditer(text):
        high = _number(found["high"]) if found["high"] else None
        yield _mention(text, _number(found["low"]), high, found.start("low"), found.end(), is_clear=True)


def _parts(text: str, whole: Mention) -> Iterator[Mention]:
    stop = text.find("\n", whole.end)
    end = min(whole.end + _NEAR, stop if stop >= 0 else len(text))
    for found in _PART.finditer(text, whole.end, end):
        if "." not in _SHORT.sub("", text[whole.end : found.start()]).replace(".N", ""):
            said = next(said for said in found.groups() if said)
            yield _mention(text, _number(said), None, found.start(), found.end(), is_clear=True)


def _mention(text: str, low: float | None, high: float | None, start: int, end: int, *, is_clear: bool) -> Mention:
    begin = _past_marks(text, end)
    if (lead := _LEAD.match(text, begin)) or (lead := _LEAD.match(text, end)):
        begin = lead.end() if "\n" not in lead[0] else begin
    begin = _past_marks(text, begin)
    of = _OF.match(text, begin)
    said = _OF_ENDS.sub("", of[0]).rstrip() if of and "\n" not in text[end:begin] else ""
    if _NAMES_NOTHING.match(said):
        said = ""
    if len(said) == 60:
        said = said.rpartition(" ")[0]
    return Mention(low, high, said, (begin, begin + len(said)), start, end, is_clear)


def _past_marks(text: str, at: int) -> int:
    """The end of the spaces and bold-text marks at this place."""
    while at < len(text) and text[at] in " \t*_":
        at += 1
    return at


def _number(said: str, parts: int = 1) -> float:
    said = said.lower()
    number = _NUMBERS[said] if said in _NUMBERS else float(said.replace(",", "."))
    number = number / parts
    return int(number) if number == int(number) else round(number, 1)
