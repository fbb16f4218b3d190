"""Compares a pack with counts of job ads. The counts are CSV files that are not part of the repository."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidance.catalog.documents import Document, Problem
from guidance.catalog.models import Kind
from guidance.catalog.pack import Pack
from guidance.catalog.references import alias_name
from guidance.catalog.search import normalise

# “About 46 per cent of 1,720 AI-engineer job ads of early 2026 name AWS, 36 per cent Azure and 32 per cent Google Cloud.”
COUNTS_ADS = re.compile(r"\bjob ads\b.* name ")
SHARE = re.compile(r"\b(\d+) per cent (?:of .*?\bjob ads\b.*? name )?(.+?)(?=,| and |;|\.$)")


def skills_by_name(pack: Pack) -> dict[str, Document]:
    owners: dict[str, Document] = {}
    for document in pack.of_kind(Kind.SKILL).values():
        for name in (document.data.get("name", ""), *map(alias_name, document.data.get("aliases", []))):
            owners[normalise(name)] = document
    return owners


def differences(pack: Pack, counts: Path) -> list[Problem]:
    """Returns the skills and facts of the pack whose share of job ads differs from that of a CSV with the columns slug and
    suggested_demand_percent. In the CSV, 0 means less than half a per cent: such a skill has no `demand`.

    Raises ValueError if the file lacks these columns.
    """
    with counts.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not {"slug", "suggested_demand_percent"} <= set(reader.fieldnames or []):
            raise ValueError("needs the columns slug and suggested_demand_percent")
        shares = {row["slug"]: int(row["suggested_demand_percent"]) or None for row in reader}
    return sorted([*_skills(pack, shares), *_facts(pack, shares)])


def _skills(pack: Pack, shares: dict[str, int | None]) -> Iterator[Problem]:
    for slug, skill in pack.of_kind(Kind.SKILL).items():
        demand = skill.data.get("demand")
        counted = shares.get(slug)
        if demand != counted:
            yield skill.problem(f"demand is {demand}, the ads say {counted}", "demand")


def _facts(pack: Pack, shares: dict[str, int | None]) -> Iterator[Problem]:
    skills = skills_by_name(pack)
    for fact in pack.of_kind(Kind.FACT).values():
        statement = fact.data.get("statement", "")
        if not COUNTS_ADS.search(statement):
            continue
        for said, name in SHARE.findall(statement):
            skill = skills.get(normalise(name))
            counted = shares.get(skill.slug) if skill else None
            if skill is None:
                yield fact.problem(f"no skill is called {name!r}", "statement")
            elif int(said) != counted:
                yield fact.problem(f"{name} is {said} per cent, the ads say {counted}", "statement")


@dataclass(frozen=True)
class Coverage:
    """How many of the skill names in job ads the catalogue covers."""

    names: int  # number of names in at least 1% of the ads
    names_reached: int
    mentions: int
    mentions_reached: int
    missing: list[str]  # names in at least 1% of the ads that are not the name of any skill


def coverage(pack: Pack, counts: Path) -> Coverage:
    """Compares the pack with a CSV with the columns skill_lower, ads and share_of_<n>_ads (a fraction).

    Raises ValueError if the file lacks these columns.
    """
    with counts.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        share_column = next((name for name in reader.fieldnames or [] if name.startswith("share_of_")), None)
        if share_column is None or not {"skill_lower", "ads"} <= set(reader.fieldnames or []):
            raise ValueError("needs the columns skill_lower, ads and share_of_<n>_ads")
        rows = [(normalise(r["skill_lower"]), int(r["ads"]), 100 * float(r[share_column])) for r in reader]
    owners = skills_by_name(pack)
    common = [name for name, _, share in rows if share >= 1]
    return Coverage(
        names=len(common),
        names_reached=sum(name in owners for name in common),
        mentions=sum(ads for _, ads, _ in rows),
        mentions_reached=sum(ads for name, ads, _ in rows if name in owners),
        missing=[name for name in common if name not in owners],
    )
