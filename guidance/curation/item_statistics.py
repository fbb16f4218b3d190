"""Item statistics: which check items are misleading, according to the answers of learners.

Only the first answer of each learner to an item counts. An item has statistics once `MIN_LEARNERS` learners have answered it;
before that nothing is read from the database, and the learners' identity never is. Answers given before the question, the options
or the key changed do not count, since they belong to a different question.

`share` is the share of right answers. `correlation` states whether those who answer the item correctly also answer the rest of
their check correctly: the corrected item-total correlation (Henrysson 1963, "Correction of item-total correlations in item
analysis", Psychometrika 28, 211–218, doi 10.1007/BF02289618), which for answers that are right or wrong is the point-biserial
correlation, that is, Pearson's r of the item (0 or 1) with the share of right answers to the other questions of the check. An
item occurs in checks of its own level and of the next level, where learners know more and the other questions are harder. So
deviations are taken from the means of the checks of one level, and pooled: r = Σ Sxy / √(Σ Sxx · Σ Syy), with sums over the
levels. Only finished checks count, not reviews, which select questions that learners got wrong. Without variance there is no
correlation.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from math import sqrt
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import CheckItem
from guidance.catalog.models import Kind, Version
from guidance.catalog.snapshot import Snapshot
from guidance.curation.record_documents import document_of_version
from guidance.lru import RevisionCache
from guidance.progress.checks import chance_to_guess, is_typed

MIN_LEARNERS = 30
MIN_TYPED = 5  # minimum number of learners with the same typed answer for it to be shown
WEAK = 0.1  # with 30 learners r differs from its true value by 0.18 or less in two of three cases
RARE = 0.1  # share of right answers, lower than guessing would give
EASY = 0.95
MAX_TYPED = 5  # number of typed answers shown
TIMEOUT = "20s"  # 325,000 answers take about a second

type ItemKey = tuple[str, str]  # slug of the skill, key of the item


class ItemFinding(StrEnum):
    """What may be wrong with an item, most misleading first."""

    REVERSED = "reversed"
    RARE = "rare"
    WEAK = "weak"
    EASY = "easy"
    UNTAKEN = "untaken"


TITLES: Mapping[ItemFinding, Promise] = {
    ItemFinding.REVERSED: _("Negative correlation"),
    ItemFinding.RARE: _("Hardly anyone answers correctly"),
    ItemFinding.WEAK: _("Low correlation"),
    ItemFinding.EASY: _("Nearly everyone answers correctly"),
    ItemFinding.UNTAKEN: _("An option that no one chooses"),
}
MEANINGS: Mapping[ItemFinding, Promise] = {
    ItemFinding.REVERSED: _(
        "Learners who answer the rest of the check correctly get this question wrong. The key may be "
        "wrong, or two options may fit."
    ),
    ItemFinding.RARE: _(
        "Fewer learners get it right than would by guessing, or fewer than 10% do. The key may be wrong, or "
        "the wording leads to another option."
    ),
    ItemFinding.WEAK: _(
        "A correct answer tells us almost nothing about the rest of the check. The question may be about "
        "something else."
    ),
    ItemFinding.EASY: _("At least 95% are right, so the question tells us little about the level."),
    ItemFinding.UNTAKEN: _("No learner has chosen it, so the question has fewer options than it seems to have."),
}


def percent(share: float) -> int:
    """Returns the rounded value, but 0 or 100 only if the value is exactly that."""
    return round(100 * share) if share in (0, 1) else min(max(round(100 * share), 1), 99)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An option, or a typed answer, and how many learners gave it. In an order question: how many put it in the right
    position."""

    label: str
    why: str
    is_right: bool
    learners: int
    share: float  # share of all learners who answered the item

    @property
    def percent(self) -> int:
        return percent(self.share)


@dataclass(frozen=True)
class ItemStatistics:
    skill: str
    check: str  # slug of the record with the item
    item: CheckItem
    learners: int
    right: int
    correlation: float | None
    given: tuple[GivenAnswer, ...]
    since: datetime | None  # when the question was last changed

    @property
    def share(self) -> float:
        return self.right / self.learners

    @property
    def percent(self) -> int:
        return percent(self.share)

    @cached_property
    def findings(self) -> tuple[ItemFinding, ...]:
        return tuple(self._findings())

    def _findings(self) -> Iterator[ItemFinding]:
        correlation = None if self.correlation is None else round(self.correlation, 2)  # rounded as shown
        if correlation is not None and correlation < 0:
            yield ItemFinding.REVERSED
        if self.share < max(RARE, chance_to_guess([self.item], 1)):
            yield ItemFinding.RARE
        if correlation is not None and 0 <= correlation < WEAK:
            yield ItemFinding.WEAK
        if self.share >= EASY:
            yield ItemFinding.EASY
        if self.item.kind in ("choice", "several") and any(answer.learners == 0 for answer in self.given):
            yield ItemFinding.UNTAKEN

    @property
    def _rank(self) -> tuple[Any, ...]:
        """Returns the sort key, which is lowest for the most misleading item."""
        order = list(ItemFinding)
        worst = order.index(self.findings[0]) if self.findings else len(order)
        correlation = 1.0 if self.correlation is None else self.correlation
        return worst, correlation, self.skill, self.item.level, self.item.key


def item_statistics(catalogue: Snapshot) -> list[ItemStatistics]:
    """Returns the statistics of every item with enough answers, including withdrawn ones, most misleading first. Takes two
    queries, and one more for each revision."""
    since = _changed_at(catalogue)
    items = [(skill, check, item) for (skill, _key), (check, item) in items_by_key(catalogue).items()]
    asked = [
        (pk, item.key, number, since.get((check, item.key)))
        for number, (skill, check, item) in enumerate(items)
        for pk in catalogue.ids[Kind.SKILL, skill]
    ]
    found = []
    for number, learners, right, correlation, given in _counted(asked):
        skill, check, item = items[number]
        answers = tuple(_given(item, given, learners))
        found.append(
            ItemStatistics(skill, check, item, learners, right, correlation, answers, since.get((check, item.key)))
        )
    return sorted(found, key=lambda statistics: statistics._rank)


def items_by_key(catalogue: Snapshot) -> dict[ItemKey, tuple[str, CheckItem]]:
    """Returns every published item, including withdrawn ones, with the slug of its check."""
    return {(check.skill, item.key): (check.slug, item) for check in catalogue.checks.values() for item in check.items}


# --- Answers

COUNTED = """
WITH asked (skill_id, item, number, since) AS (
  SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[])
), answers AS MATERIALIZED (
  SELECT DISTINCT ON (number, answer.learner_id) number, answer.answer, answer."right"::int AS hit, answer.quick_check_id
  FROM progress_checkanswer AS answer JOIN asked USING (skill_id, item)
  WHERE asked.since IS NULL OR answer.at >= asked.since
  ORDER BY number, answer.learner_id, answer.id
), counted AS (
  SELECT number, count(*) AS learners, sum(hit) AS hits FROM answers GROUP BY number HAVING count(*) >= %s
), whole AS MATERIALIZED (
  SELECT taken.id, taken.level, count(*) AS items, count(*) FILTER (WHERE answer."right") AS hits
  FROM progress_quickcheck AS taken JOIN progress_checkanswer AS answer ON answer.quick_check_id = taken.id
  WHERE taken.finished_at IS NOT NULL AND taken.purpose = 'check' GROUP BY taken.id HAVING count(*) > 1
), pairs AS (
  SELECT number, level, hit, (whole.hits - hit)::float / (whole.items - 1) AS rest
  FROM answers JOIN counted USING (number) JOIN whole ON whole.id = quick_check_id
), levels AS (
  SELECT number, count(*) AS learners, regr_sxy(hit, rest) AS sxy, regr_sxx(hit, rest) AS sxx, regr_syy(hit, rest) AS syy
  FROM pairs GROUP BY number, level
), related AS (
  SELECT number, sum(learners) AS learners, sum(sxy) AS sxy, sum(sxx) AS sxx, sum(syy) AS syy FROM levels GROUP BY number
), places AS (
  SELECT number, text, place, count(*) AS learners
  FROM answers JOIN counted USING (number), unnest(answer) WITH ORDINALITY AS given (text, place)
  GROUP BY number, text, place
), given AS (
  SELECT number, jsonb_agg(jsonb_build_array(text, place, learners)) AS given FROM places GROUP BY number
)
SELECT number, counted.learners, counted.hits, related.learners, sxy, sxx, syy, given
FROM counted LEFT JOIN related USING (number) LEFT JOIN given USING (number)
"""

type GivenRows = Sequence[tuple[str, int, int]]  # text, position in the answer, number of learners


def _counted(
    asked: Sequence[tuple[int, str, int, datetime | None]],
) -> Iterator[tuple[int, int, int, float | None, GivenRows]]:
    """Yields, for each item, its number, the numbers of learners and of right answers, the correlation, and the answers."""
    columns = [list(column) for column in zip(*asked, strict=True)] or [[], [], [], []]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIMEOUT])
        cursor.execute(COUNTED, [*columns, MIN_LEARNERS])
        rows = cursor.fetchall()
    for number, learners, right, compared, sxy, sxx, syy, given in rows:
        correlation = pooled_correlation(sxy, sxx, syy) if (compared or 0) >= MIN_LEARNERS else None
        yield number, learners, right, correlation, json.loads(given or "[]")


def pooled_correlation(sxy: float, sxx: float, syy: float) -> float | None:
    """Returns r = Sxy / √(Sxx · Syy); None if one of the two does not vary."""
    tiny = 1e-9  # sums of squares that are 0 except for rounding
    if sxx < tiny or syy < tiny:
        return None
    return max(-1.0, min(1.0, sxy / sqrt(sxx * syy)))


def _given(item: CheckItem, rows: GivenRows, learners: int) -> Iterator[GivenAnswer]:
    counts: defaultdict[str, int] = defaultdict(int)
    for text, place, count in rows:
        if item.kind != "order" or (place <= len(item.options) and item.options[place - 1].label == text):
            counts[text] += count
    if is_typed(item):
        common = sorted(((count, text) for text, count in counts.items() if count >= MIN_TYPED), reverse=True)
        for count, text in common[:MAX_TYPED]:
            yield GivenAnswer(text, "", False, count, count / learners)
    for option in item.options:
        count = counts[option.label]
        yield GivenAnswer(option.label, option.why, option.right, count, count / learners)


# --- When an item was last changed

ASKED_KEYS = ("kind", "question", "code", "options", "answer", "tolerance", "unit")

_changes = RevisionCache[str, Mapping[ItemKey, datetime]](1)


def forget() -> None:
    _changes.clear()


def _changed_at(catalogue: Snapshot) -> Mapping[ItemKey, datetime]:
    """Returns when the question, options or key of an item last changed, by check and item. Items that never changed are left out."""
    return _changes.of(catalogue.key).memoize("changes", lambda: dict(_changes_of_versions()))


def _changes_of_versions() -> Iterator[tuple[ItemKey, datetime]]:
    several = Version.objects.filter(kind=Kind.CHECK, number__gt=1).values("record_id")
    versions = Version.objects.filter(kind=Kind.CHECK, record_id__in=several).order_by("record_id", "-number")
    for _record, group in groupby(versions, key=lambda version: version.record_id):
        newest, *older = group
        current, since = _asked(newest), dict[str, datetime]()
        going, after = set(current), newest
        for version in older:  # backwards in time, as long as an item is the same
            before = _asked(version)
            changed = {key for key in going if before.get(key) != current[key]}
            since |= dict.fromkeys(changed, after.at)
            going, after = going - changed, version
        yield from (((newest.slug, key), at) for key, at in since.items())


def _asked(version: Version) -> dict[str, Any]:
    """Returns, by item, what a learner is asked and which answer is right."""
    items: Iterable[Mapping[str, Any]] = document_of_version(version).data.get("items", ())
    return {item["id"]: [_without_reasons(item.get(key)) for key in ASKED_KEYS] for item in items}


def _without_reasons(value: Any) -> Any:
    if isinstance(value, list):
        return [{key: inner for key, inner in option.items() if key != "why"} for option in value]
    return value
