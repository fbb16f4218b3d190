"""Curriculum health: statistics about a pack, and where it breaks the rules in `docs/content.md`. This module does not use the
database.

`figures` counts, `findings` lists breaches of the writing rules.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from guidance.catalog import graph, milestones
from guidance.catalog.documents import Document, Problem
from guidance.catalog.fields import counted
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import Kind
from guidance.catalog.pack import Pack
from guidance.catalog.search import normalise

SKILL_BODY_WORDS = (80, 150)
MILESTONE_BODY_WORDS = (60, 120)
PROJECT_BODY_WORDS = (120, 300)
RESOURCES_PER_SKILL = 3
CHECKLIST = (4, 12)
TAKEAWAYS = (3, 6)
ANSWER_WORDS = (40, 120)
VAGUE_LEVEL = re.compile(r"^You can (know|understand|be (familiar|aware)|learn|appreciate)\b")
HYPE = re.compile(
    r"\b(powerful|game[- ]chang\w+|cutting[- ]edge|unlock(s|ing)? (the|your)|dive in(to)?|deep dive|leverag\w+|seamless\w*|"
    r"ever[- ](changing|evolving)|fast[- ]paced|revolutioni[sz]\w+|world[- ]class|state[- ]of[- ]the[- ]art|crucial|delve\w*)\b",
    re.IGNORECASE,
)


def words(text: str) -> int:
    return len(re.findall(r"\b[\w’'-]+\b", re.sub(r"\]\([^)]*\)", "]", text)))


def findings(pack: Pack) -> list[Problem]:
    """Returns the breaches of the style guide and the gaps, each with its file and line."""
    return sorted(problem for check in CHECKS.values() for problem in check(pack))


def _texts(pack: Pack) -> Iterator[Problem]:
    for document in pack.documents:
        if document.published:
            yield from writing_problems(document)


def _within(
    document: Document, count: int, what: tuple[str, ...], limits: tuple[int, int], *path: str
) -> Iterator[Problem]:
    if not limits[0] <= count <= limits[1]:
        yield document.problem(
            f"has {counted(count, *what)}; it should have {limits[0]} to {limits[1]}", *path, style=True
        )


def writing_problems(document: Document) -> Iterator[Problem]:
    """Yields the writing rules that a document breaks regardless of other documents."""
    data = document.data
    match document.kind:
        case Kind.SKILL:
            if document.body:
                yield from _within(
                    document, words(document.body), ("word of body", "words of body"), SKILL_BODY_WORDS, "body"
                )
            for level, text in data.get("levels", {}).items():
                if not text.startswith("You can ") or VAGUE_LEVEL.match(text):
                    yield document.problem(
                        f"level {level} must begin with “You can”, followed by something that another person could check",
                        "levels",
                        level,
                        style=True,
                    )
            effort = data.get("effort", [])
            if effort != sorted(effort):
                yield document.problem("effort must not fall from one level to the next", "effort", style=True)
        case Kind.MILESTONE:
            yield from _within(
                document, words(document.body), ("word of body", "words of body"), MILESTONE_BODY_WORDS, "body"
            )
        case Kind.ROLE:
            if not data.get("day"):
                yield document.problem("has no day in the life", style=True)
            if not data.get("facts"):
                yield document.problem("has no outlook fact with a source", style=True)
        case Kind.PROJECT:
            yield from _within(document, len(data.get("checklist", [])), ("line",), CHECKLIST, "checklist")
            yield from _within(
                document, words(document.body), ("word of body", "words of body"), PROJECT_BODY_WORDS, "body"
            )
        case Kind.GUIDE:
            yield from _within(document, len(data.get("takeaways", [])), ("takeaway",), TAKEAWAYS, "takeaways")
        case Kind.QUESTION:
            yield from _within(document, words(document.body), ("word",), ANSWER_WORDS, "body")
        case Kind.INDUSTRY:
            for key in ("use_cases", "considerations", "emphases"):
                if not data.get(key):
                    yield document.problem(f"has no {key.replace('_', ' ')}", style=True)
    for line, text in _prose(document):
        if match := HYPE.search(text):
            yield Problem(document.file, line, f"“{match[0]}” says nothing that can be checked", style=True)
        if re.search(r"(?<!:)\b\w+!(\s|$)", text):  # :q! is a command
            yield Problem(document.file, line, "has an exclamation mark", style=True)


def _prose(document: Document) -> Iterator[tuple[int, str]]:
    """Yields (line, text) for each of Waymark's own texts, without the titles of other people's works."""

    def walk(value: object, *path: str | int) -> Iterator[tuple[int, str]]:
        if isinstance(value, str):
            yield document.line(*path), value
        elif isinstance(value, dict):
            for key, item in value.items():
                if key != "code":
                    yield from walk(item, *path, key)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, *path, index)

    for key, value in document.data.items():
        if key not in {"name", "author", "source", "url", "aliases", "external"}:
            yield from walk(value, key)
    fenced = False
    for number, line in enumerate(document.body.splitlines(), document.body_line):
        fenced ^= line.startswith("```")
        if not fenced:
            yield number, line


def _resources(pack: Pack) -> Iterator[Problem]:
    free: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for document in pack.of_kind(Kind.RESOURCE).values():
        if document.published:
            total.update(document.data.get("skills", {}).keys())
            if document.data.get("cost") == 0:
                free.update(document.data.get("skills", {}).keys())
    for slug, document in pack.of_kind(Kind.SKILL).items():
        if document.published and total[slug] < RESOURCES_PER_SKILL:
            yield document.problem(
                f"has {counted(total[slug], 'resource')}; it should have {RESOURCES_PER_SKILL}", style=True
            )
        if document.published and total[slug] and not free[slug]:
            yield document.problem("has no free resource", style=True)


def edges(pack: Pack) -> dict[str, dict[str, int]]:
    return {slug: d.data.get("prerequisites", {}) for slug, d in pack.of_kind(Kind.SKILL).items() if d.published}


def _edges(pack: Pack) -> Iterator[Problem]:
    skills = pack.of_kind(Kind.SKILL)
    try:
        redundant = graph.redundant_edges(edges(pack))
    except graph.CycleError:
        return  # reported by `validate`
    for slug, need in redundant:
        yield skills[slug].problem(f"{need} is implied by another prerequisite", "prerequisites", need, style=True)


def _near_duplicates(pack: Pack) -> Iterator[Problem]:
    """Yields names that differ only in hyphens, plurals or brackets."""
    seen: dict[str, Document] = {}
    for document in pack.of_kind(Kind.SKILL).values():
        name = re.sub(r"\(.*?\)", "", normalise(document.data.get("name", "")))
        key = re.sub(r"s\b", "", re.sub(r"[^\w+#]+", " ", name)).strip()
        owner = seen.setdefault(key, document)
        if owner is not document:
            yield document.problem(f"has almost the same name as {owner.file}", "name", style=True)


def _orphans(pack: Pack) -> Iterator[Problem]:
    """Yields skills that no role, industry, milestone or project needs, that no text links to and that no job ad names."""
    reached = graph.ancestors(edges(pack), set(_pointed_to(pack)))
    for slug, document in pack.of_kind(Kind.SKILL).items():
        if document.published and slug not in reached and "demand" not in document.data:
            yield document.problem("is an orphan: nothing needs it or leads to it, and no ads name it", style=True)


def _pointed_to(pack: Pack) -> Iterator[str]:
    for document in pack.documents:
        if not document.published:
            continue
        if document.kind in {Kind.ROLE, Kind.INDUSTRY, Kind.MILESTONE, Kind.PROJECT}:
            yield from (slug for _path, kind, slug in document.references() if kind == Kind.SKILL)
        yield from (link.split("/")[2] for _line, link in document.links() if link.startswith("/skills/") and link[8:])


CHECKS: Mapping[str, Callable[[Pack], Iterable[Problem]]] = {
    "writing": _texts,
    "resources": _resources,
    "redundant": _edges,
    "duplicates": _near_duplicates,
    "orphans": _orphans,
    "milestones": milestones.findings,
}


def figures(pack: Pack) -> dict[str, object]:
    """Returns statistics about the pack, which must have no errors."""
    skills = {slug: d for slug, d in pack.of_kind(Kind.SKILL).items() if d.published}
    prerequisites = edges(pack)
    layers = graph.layers(prerequisites)
    resources = [d for d in pack.of_kind(Kind.RESOURCE).values() if d.published]
    edge_count = sum(len(needs) for needs in prerequisites.values())
    width = Counter(layers.values())
    return {
        **{KINDS[kind].FOLDER: sum(d.published for d in pack.of_kind(kind).values()) for kind in KINDS},
        "skills by area": dict(sorted(Counter(d.data["area"] for d in skills.values()).items())),
        "edges": edge_count,
        "edges per skill": round(edge_count / len(skills), 2) if skills else 0,
        "depth": max(layers.values(), default=-1) + 1,
        "width": max(width.values(), default=0),
        "resources unchecked": sum("checked_on" not in d.data for d in resources),
        "skills without ESCO or O*NET": sum("external" not in d.data for d in skills.values()),
        "hours": _hours(pack, prerequisites),
    }


def _hours(pack: Pack, prerequisites: graph.Graph) -> dict[str, dict[str, int]]:
    """Returns, for each role, the hours of study that reach its targets, from zero and from each starting point. For each
    choice, the quickest member counts. A plan takes longer: it adds the projects and the skills that only they need."""
    effort = {slug: tuple(d.data.get("effort", ())) for slug, d in pack.of_kind(Kind.SKILL).items()}
    starts: dict[str, Mapping[str, int]] = {"zero": {}}
    for slug, point in pack.of_kind(Kind.STARTING_POINT).items():
        starts[slug] = graph.with_implied(prerequisites, point.data.get("levels", {}))

    def hours(wanted: Mapping[str, int], levels: Mapping[str, int]) -> float:
        return graph.hours(graph.closure(prerequisites, wanted, levels), effort, levels)

    result: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for slug, role in pack.of_kind(Kind.ROLE).items():
        asked = {skill: item["level"] for skill, item in role.data.get("requirements", {}).items()}
        for start, levels in starts.items():
            wanted = dict(asked)
            for choice in role.data.get("choices", {}).values():
                one_of = choice["one_of"]
                shortest = min(one_of, key=lambda skill: hours({skill: one_of[skill]}, levels))
                wanted[shortest] = max(one_of[shortest], wanted.get(shortest, 0))
            result[slug][start] = round(hours(wanted, levels))
    return dict(result)
