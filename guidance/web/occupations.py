"""Official occupations that stand in for a role: what they are called and where their classification describes them.

The catalogue carries identifiers only. The titles here are those of the identifiers in use; one without a title is shown
by its code.
"""

from collections.abc import Collection
from dataclasses import dataclass

from guidance.catalog.snapshot import Role
from guidance.curation.models import Source, TaxonomyEntry

ONET = "O*NET"
ESCO = "ESCO"
ONET_TITLES = {
    "15-1212.00": "Information Security Analysts",
    "15-1221.00": "Computer and Information Research Scientists",
    "15-1243.00": "Database Architects",
    "15-1243.01": "Data Warehousing Specialists",
    "15-1252.00": "Software Developers",
    "15-1299.05": "Information Security Engineers",
    "15-1299.08": "Computer Systems Engineers/Architects",
    "15-2051.00": "Data Scientists",
    "15-2051.01": "Business Intelligence Analysts",
}
ESCO_TITLES = {
    "http://data.europa.eu/esco/occupation/1c5a45b9-440e-4726-b565-16a952abd341": "computer vision engineer",
    "http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30": "data scientist",
    "http://data.europa.eu/esco/occupation/35553663-deab-4d9a-bf22-15c1625d28e8": "ICT intelligent systems designer",
    "http://data.europa.eu/esco/occupation/d3edb8f8-3a06-47a0-8fb9-9b212c006aa2": "data analyst",
    "http://data.europa.eu/esco/occupation/e3229e40-f571-4b26-baca-29edc8fe313e": "computer scientist",
    "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1": "software developer",
}


@dataclass(frozen=True, slots=True)
class Occupation:
    scheme: str
    code: str
    title: str  # empty where it is not known here
    url: str
    same_name: bool  # as the role
    # Nobody has rated its skills; False also where O*NET is not imported, and for ESCO, which has no ratings.
    unrated: bool


def occupations(role: Role) -> list[Occupation]:
    onet = [
        (ONET, code, ONET_TITLES.get(code, ""), f"https://www.onetonline.org/link/summary/{code}") for code in role.onet
    ]
    esco = [(ESCO, uri.rsplit("/", 1)[-1], ESCO_TITLES.get(uri, ""), uri) for uri in role.esco]
    unrated = _unrated(role.onet)
    return [
        Occupation(*item, same_name=_plain(item[2]) == _plain(role.name), unrated=item[1] in unrated)
        for item in onet + esco
    ]


def _unrated(codes: Collection[str]) -> set[str]:
    if not codes:
        return set()
    there = TaxonomyEntry.objects.current().filter(source=Source.ONET, identifier__in=codes)
    return set(there.unrated().values_list("identifier", flat=True))


def _plain(name: str) -> str:
    """Official titles stand in the plural or in small letters."""
    return name.casefold().replace("-", " ").removesuffix("s")
