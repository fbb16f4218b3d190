"""The levels that a CV suggests. Pure.

A CV is a self-description, so these levels are proposals, never an assessment, and they are kept low:

    1 aware        the skill is named anywhere: in a list of skills, a summary, a course or a certificate
    2 working      one to four years are stated; or a sentence outside education says that something was made or done with it
                   ("built", "introduced", "using" …) or states years of experience that include it ("eight years of experience
                   with React and Go"); or two sentences outside education and lists of skills name it; or two details of it
                   follow ("AWS with ECS and RDS"). In the description of a job, one of these is enough: one detail follows
                   ("Docker with multi-stage builds"); the skill is itself a detail ("PostgreSQL with window functions"); it is
                   among the technologies of the job ("Environment: Java, Oracle"); or it is in the text, not in the title
    3 proficient   five or more years are stated

Years are stated beside a skill ("Java developer, seven years", "since 2018"), or are the sum of the years of the jobs that have it
in their title. A level that is claimed for a skill ("SQL (advanced)") counts as in a JSON Resume. The highest level of its mentions
counts. Modest words ("basic", "familiar with", "some AWS") keep a mention at 1, as does "less than a year".

These propose nothing: interests and references; negated skills ("no Python yet"); what the writer wants, from the words that
say so to the end of the clause, or under a heading of goals ("I want to move towards AI engineering"); spoken languages; names
of professions. Nothing proposes level 4.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from guidance.matching.matcher import Match, Section
from guidance.matching.words import BULLETS

# The level that each word stands for.
STATED: Mapping[str, int] = {
    word: level
    for level, words in {
        1: "aware|awareness|basic|basics|beginner|elementary|familiar|fundamental|learning|novice",
        2: "competent|conversant|good|intermediate|mid|practitioner|skilled|working",
        3: "advanced|expert|fluent|master|professional|proficient|senior|very good",
    }.items()
    for word in words.split("|")
}
PROFICIENT_YEARS = 5
MAX_MENTIONS = 100  # maximum number of mentions read per skill; a text with more is not a CV and would take too long
# Code points read around a mention in its sentence, so that the time stays linear in a text without full stops.
_BEFORE = 200
_AFTER = 100
_TITLE = 100  # code points of the longest line that can be the title of a job
_JOB_LENGTH = 1500  # code points of the longest description of a job

_SILENT = frozenset({Section.INTERESTS, Section.GOALS})
_JOBS = frozenset({Section.EXPERIENCE, Section.PROJECTS})

_NUMBERS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten",
        "ein zwei drei vier fünf sechs sieben acht neun zehn",
    )
    for number, word in enumerate(words.split(), 1)
} | {"a decade": 10}
_YEARS = (
    r"(?P<less>less than |under |weniger als )?(?:over |more than |about |almost |über |mehr als )?"
    rf"(?P<years>(?:\d{{1,2}}|{'|'.join(_NUMBERS)})(?=[\s+]|yoe)|a decade)\s?\+?\s?(?:years?\b|yrs?\b|yoe\b|y(?=[),;])|jahren?\b|(?<=decade)\b)"
)
_TIMES = (
    "year",
    "yrs",
    "yoe",
    "decade",
    "since",
    "jahr",
    "seit",
    "y)",
    "y,",
    "y;",
)  # every text that the patterns find contains one of these
_PROFESSION = (
    r"(?:developers?|devs?|engineers?|programmers?|architect|consultant|administrator|analyst|scientist|lead"
    r"|(?:software|web)?entwickler(?:in)?|ingenieur(?:in)?|berater(?:in)?|programmierer(?:in)?|administrator(?:in)?)"
)
_YEARS_AFTER = re.compile(
    rf"(?:[\w ]{{0,20}}\(|\s?[:–—-]\s?| for | since | |(?: \w{{1,20}}){{1,2}} (?:with|for|mit) "
    rf"|[ -]{_PROFESSION}(?:\s?[,|–—-]\s?| ))(?:with |mit )?{_YEARS}",
    re.IGNORECASE,
)
_YEARS_BEFORE = re.compile(
    rf"{_YEARS}[’']?(?:,? (?:of|in|with|as|a|an|the|experience|hands-on|professional|commercial|solid|strong|work|working|mostly|mainly"
    r"|erfahrung|berufserfahrung|praxis|mit|als))*\s$",
    re.IGNORECASE,
)
# Years in a JSON entry whose name is the skill.
_YEARS_OF_ENTRY = re.compile(r"[\w /()+#.-]{0,24}\",?\s{0,4}\"years\"\s?:\s?(?P<less>)(?P<years>\d{1,2})\b")
# Years for a list that includes the skill: "React and Java developer with seven years …", "eight years of experience with React and Java".
_YEARS_OF_LIST = re.compile(
    rf"\s?(?:,|/|&|and |und )[^.;()\n]{{0,50}}\b{_PROFESSION}\b[^.;\n]{{0,12}}?{_YEARS}", re.IGNORECASE
)
_EXPERIENCE = (
    re.compile(rf"{_YEARS}[^.;\n]{{0,60}}(?:experience|erfahrung)\b", re.IGNORECASE),
    re.compile(rf"\b{_PROFESSION}\b[^.;\n]{{0,12}}?{_YEARS}", re.IGNORECASE),
)
_SINCE = r"(?:since|seit) (?:[a-zä]{3,9}\.? |\d{1,2}[/.])?(?P<since>(?:19|20)\d\d)\b"
_SINCE_AFTER = re.compile(rf"(?:[ -]{_PROFESSION})?,?\s\(?(?:working )?{_SINCE}", re.IGNORECASE)
_SINCE_BEFORE = re.compile(
    rf"\b{_SINCE}[,:]? (?:(?:i|have|been|a|an|worked|working|with|in|as|ich|als|mit) ){{0,6}}$", re.IGNORECASE
)
_JOB = re.compile(rf"(?:\b|-){_PROFESSION}\b", re.IGNORECASE)
_DATES = re.compile(
    r"\b(?P<first>(?:19|20)\d\d)\s{0,2}(?:-|–|—|to|until|bis)\s{0,2}(?:[a-zä]{3,9}\.?\s|\d{1,2}[/.])?"
    r"(?P<last>(?:19|20)\d\d|today|present|now|current|date|ongoing|heute|jetzt)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(rf"\s*[-–*·{BULLETS}]\s")
_TECHNOLOGIES = re.compile(
    r"\W{0,3}(?:technologies|tech(?:nology)? stack|stack|environment|tools|tools used|technologien|umgebung|werkzeuge)(?: used)?\s?:",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    rf"\s?[(:–—-]\s?(?P<claim>{'|'.join(word for word, level in STATED.items() if level > 1)})(?: level)?\s?(?=[),;|\n]|$)",
    re.IGNORECASE,
)
# Details right after the skill: "with ECS, RDS", "(rebasing and pull requests)", "images with multi-stage builds".
_DETAILS = re.compile(
    r"\s?(?:with|including|\()\s?(?P<details>[^.;:()•\n\d]{2,60}?(?:,| and | & )\s?\w+)", re.IGNORECASE
)
_DETAIL = re.compile(r"(?: \w{1,20}){0,2} (?:with|including) [a-z-]{3,}", re.IGNORECASE)
_MODEST = re.compile(
    r"\b(?:grundkenntnisse|grundlagen|erste erfahrung(?:en)?|basiskenntnisse|basics?|beginner|familiar\w*|exposure|introduct\w+|elementary|novice|learning|stud(?:y|ied|ying)|course\w*|some knowledge|a little|fundamentals?"
    r"|limited|occasional(?:ly)?|first steps)\b[^.;•\n]{0,40}$",
    re.IGNORECASE,
)
_MODEST_AFTER = re.compile(
    r"\s?[(:,–—-]\s?(?:only |just )?(?:some|basics?|beginner|a little|limited|exposure|familiar\w*|elementary|novice|fundamentals?)\b"
    r"|\s?\([^()]{2,60}[,;]\s?(?:only |just )?(?:the )?(?:basics?|beginner|fundamentals?)\s?\)",  # "(ECS, RDS, basics)"
    re.IGNORECASE,
)
# Right before a skill, these words weaken the whole clause: "some AWS: S3 and IAM". In "Fixed some bugs in Java", they do not.
_SOME = re.compile(
    r"\b(?:some|a bit of|little)(?: (?:work|use|practice|experience|hands-on experience|exposure|knowledge)(?: (?:with|of|in|on|to))?)? $",
    re.IGNORECASE,
)
_NONE_AFTER = re.compile(
    r"\s?[(:–—-]\s?(?:none|no |not yet|never|nothing)| (?:is|are) not (?:something|yet|among|one|part)\b", re.IGNORECASE
)
_WISH = re.compile(
    r"\b(?:möchte|interesse an|interessiere mich|(?<!who )(?<!that )(?:want|wish|hop(?:e|ing)|intend(?:ing)?|aspir(?:e|ing)|keen|eager|willing|looking|seek(?:ing)?|aiming|planning|ready"
    r"|i plan|am going|would (?:like|love)|i[’']d (?:like|love)) to"
    r"|(?:i will|i[’']ll) learn|i plan on|new to|target role|in (?:the )?future"
    r"|interest(?:ed)? in|(?:curious|enthusiastic|passionate|excited) about|(?:excited|fascinated) by|aspiring|aspirations?|ambitions?"
    r"|(?:moving|transition(?:ing)?|switching|pivoting|heading) (?:in)?to(?:wards?)?"
    r"|(?:moving|working|transition(?:ing)?|switching|pivoting|heading|move|switch|transition|change) (?:towards?|into)"
    r"|^\W*(?:next|plans?|future|to learn)(?: steps?)?(?=\s?[:–—-])"
    r"|(?:looking for|seeking) (?:an? |my |the |new |first |next |challenging |position |role |job |work )*(?:opportunit\w+|position|role|job|work|challenge)"
    r"|(?:my|career|professional|personal|learning|long-term|short-term) (?:goals?|aims?|objectives?)|(?:my|the) next step)\b",
    re.IGNORECASE,
)
_WISH_AFTER = re.compile(
    r"^[^.;]{0,40}?\b(?:(?:is|are|remains?) (?:my|the) (?:\w+ )?(?:goals?|aims?|ambition|dream|next step|objective)"
    r"|(?:is|are) (?:what|where) i (?:want|would|hope|wish|plan))\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"[;—]|\b(?:but|while|although|though|because|after|having|based on|building on)\b", re.IGNORECASE)
# Spoken languages, which job ads ask for as communication, and professions, which are not skills.
_NO_SKILL = re.compile(r"english|german|(?:ai|llm|machine learning|data) engineering", re.IGNORECASE)
_WORK = re.compile(
    r"\b(?:built|develop(?:ed|ing)|design(?:ed|ing)|implement(?:ed|ing)|created|creating|wrote|written|writing|maintain(?:ed|ing)"
    r"|led (?:a|an|the|\d+|our|development|migration)|deployed|deploying|migrat(?:ed|ing)|optimi[sz](?:ed|ing)|automat(?:ed|ing)|architected|engineered"
    r"|ran|running|trained|programmed|coded|coding in|work(?:ed|ing) (?:with|on|in)|us(?:ed|ing)|integrat(?:ed|ing)|configured|administered|operated|delivered"
    r"|shipped|set up|analy[sz]ed|refactored|supported|taught|mentored|introduced|established|rolled out|replaced|rewrote|moved|tuned|debugged|fixed(?! income)|containeri[sz]ed"
    r"|entwicklung|entwickelt\w*|aufbau|aufgebaut|einführung|eingeführt\w*|betrieb|betrieben|betreut\w*|betreuung|wartung|gewartet|implementiert\w*|implementierung"
    r"|umgesetzt|umsetzung|migration|migriert\w*|automatisiert\w*|automatisierung|optimiert\w*|optimierung|programmiert\w*|konzeption|entworfen|eingesetzt|verwendet|genutzt"
    r"|gebaut|einsatz von)\b",
    re.IGNORECASE,
)
# Verbs in the present tense count only at the beginning of a sentence, because they can also be nouns.
_WORK_NOW = re.compile(
    r"\W{0,5}(?:(?:i|we) )?(?:entwickle|baue|betreibe|betreue|schreibe|nutze|build|develop|design|implement|write|maintain|deploy|run|operate|own|use)\b",
    re.IGNORECASE,
)


def proposed(text: str, matches: Iterable[Match], *, this_year: int | None = None) -> dict[str, int]:
    """{slug: level} of the skills found in a CV, in the order of their first mention. The writer has to confirm each level.
    `this_year` counts as the end of a job that has not ended; the default is the current year."""
    this_year = this_year or datetime.now(UTC).year
    levels: dict[str, int] = {}
    used: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    at_work: defaultdict[str, set[int]] = defaultdict(set)  # the years of jobs
    mentions: Counter[str] = Counter()
    weak_until = 0
    for match in matches:
        mentions[match.skill] += 1
        if mentions[match.skill] > MAX_MENTIONS or _says_nothing(text, match):
            continue
        before = text[max(match.sentence[0], match.start - _BEFORE) : match.start]
        if _SOME.search(before):
            weak_until = _end_of_clause(text, match)
        if match.start < weak_until or _is_modest(text, match, before):
            level = _stated(text, match, before, this_year) or 1
        else:
            level = _stated(text, match, before, this_year) or _told(text, match, before)
            if match.section not in {Section.SKILLS, Section.EDUCATION}:
                used[match.skill].add(match.sentence)
            at_work[match.skill] |= _years_of_job(text, match, this_year)
            if len(used[match.skill]) > 1:
                level = max(level, 2)
            level = max(level, _of_years(len(at_work[match.skill]), least=0))
        levels[match.skill] = max(levels.get(match.skill, 0), level)
    return levels


def _says_nothing(text: str, match: Match) -> bool:
    if match.negated or match.section in _SILENT or _NO_SKILL.fullmatch(text, match.start, match.end):
        return True
    first, last = match.sentence
    before = text[max(first, match.start - _BEFORE) : match.start]
    after = text[match.end : min(last, match.end + _AFTER)]
    wishes = [wish.end() for wish in _WISH.finditer(before)]
    if wishes and not _TURN.search(before, wishes[-1]):
        return True
    return bool(_WISH_AFTER.match(after) or _NONE_AFTER.match(after))


def _end_of_clause(text: str, match: Match) -> int:
    last = min(match.sentence[1], match.end + _AFTER)
    turn = _TURN.search(text, match.end, last)
    return turn.start() if turn else last


def _is_modest(text: str, match: Match, before: str) -> bool:
    after = text[match.end : min(match.sentence[1], match.end + _AFTER)]
    details = _DETAILS.match(after)
    return bool(
        _MODEST.search(before) or _MODEST_AFTER.match(after) or (details and _MODEST.search(details["details"]))
    )


def _stated(text: str, match: Match, before: str, this_year: int) -> int:
    """The level that follows from the years or the claim beside the skill; 0 if there are none."""
    after = text[match.end : min(match.sentence[1], match.end + _AFTER)]
    later, earlier = _has_time(after), _has_time(before)
    years = (later and (_YEARS_AFTER.match(after) or _YEARS_OF_LIST.match(after) or _YEARS_OF_ENTRY.match(after))) or (
        earlier and _YEARS_BEFORE.search(before)
    )
    if years:
        said = years["years"].lower()
        return _of_years(0 if years["less"] else _NUMBERS.get(said) or int(said), least=1)
    since = (later and _SINCE_AFTER.match(after)) or (earlier and _SINCE_BEFORE.search(before))
    if since and int(since["since"]) <= this_year:
        return _of_years(this_year - int(since["since"]), least=1)
    claim = _CLAIM.match(after)
    return STATED[claim["claim"].lower()] if claim else 0


def _has_time(text: str) -> bool:
    """Whether the text can contain years and is worth searching."""
    small = text.lower()
    return any(word in small for word in _TIMES)


def _of_years(count: int, *, least: int) -> int:
    return 3 if count >= PROFICIENT_YEARS else 2 if count else least


def _told(text: str, match: Match, before: str) -> int:
    """The level, 1 or 2, that follows from what someone did with the skill according to the sentence."""
    if match.section is Section.EDUCATION:
        return 1
    after = text[match.end : min(match.sentence[1], match.end + _AFTER)]
    if _DETAILS.match(after) or (match.section in _JOBS and (_DETAIL.match(after) or before.endswith(" with "))):
        return 2
    if _has_time(before) and any(pattern.search(before) for pattern in _EXPERIENCE):
        return 2
    if _is_of_job(text, match) or (match.section in _JOBS and not _is_title(text, match)):
        return 2
    now = _WORK_NOW.match(text, match.sentence[0], match.start)
    return 2 if now or any(_WORK.search(part) for part in (before, text[match.start : match.end], after)) else 1


def _is_of_job(text: str, match: Match) -> bool:
    """Whether the line of the mention lists the technologies of a job, with the dates of the job above it in the same
    paragraph."""
    line = text.rfind("\n", max(0, match.start - _BEFORE), match.start) + 1
    if not _TECHNOLOGIES.match(text, line, match.start):
        return False
    paragraph = text.rfind("\n\n", max(0, line - _JOB_LENGTH), line) + 1
    return bool(_DATES.search(text, max(paragraph, line - _JOB_LENGTH), line))


def _is_title(text: str, match: Match) -> bool:
    """Whether the line of the mention has the title or the dates of a job."""
    first = text.rfind("\n", max(0, match.start - 2 * _BEFORE), match.start) + 1
    line = text[first : match.end + _AFTER].partition("\n")[0]
    return not _BULLET.match(line) and bool(_JOB.search(line) or _DATES.search(line))


def _years_of_job(text: str, match: Match, this_year: int) -> set[int]:
    """The years of the job that has the skill in its title. The dates of the job are on the same line, on one of the two lines after
    it, or alone on the line before."""
    if match.section not in {Section.EXPERIENCE, Section.OTHER}:
        return set()
    first = text.rfind("\n", max(0, match.start - _TITLE), match.start) + 1
    title, *following = text[first : first + 3 * _TITLE].split("\n")[:3]
    if len(title) > _TITLE or match.end > first + len(title) or not _JOB.search(title):
        return set()
    dates = _DATES.search(title)
    for line in following:
        if dates or not line.strip() or _BULLET.match(line):
            break
        dates = _DATES.search(line)
    if dates is None and first:
        previous = text[max(0, first - 1 - _TITLE) : first - 1].rpartition("\n")[2]
        dates = None if _JOB.search(previous) or _BULLET.match(previous) else _DATES.search(previous)
    if dates is None:
        return set()
    begun = int(dates["first"])
    ended = int(dates["last"]) if dates["last"].isdecimal() else this_year
    return set(range(begun, ended)) if begun < ended <= this_year else {begun}
