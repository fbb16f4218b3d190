"""Small folders in the format of ESCO and O*NET, with the peculiarities of the real files."""

import csv
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

SKILLS = "http://data.europa.eu/esco/skill/"
OCCUPATIONS = "http://data.europa.eu/esco/occupation/"
GROUPS = "http://data.europa.eu/esco/isco/C"

CONCEPT = ("conceptType", "conceptUri", "preferredLabel", "altLabels", "hiddenLabels", "status", "description")
SKILL_COLUMNS = (*CONCEPT, "skillType", "reuseLevel", "modifiedDate", "scopeNote", "definition", "inScheme")
OCCUPATION_COLUMNS = (*CONCEPT, "iscoGroup", "code")
GROUP_COLUMNS = (*CONCEPT, "code")
NEEDS_COLUMNS = ("occupationUri", "relationType", "skillType", "skillUri")
BROADER_COLUMNS = ("conceptType", "conceptUri", "broaderType", "broaderUri")

Cells = Mapping[str, str]


def skill(name: str, label: str, **cells: str) -> Cells:
    return {"conceptUri": SKILLS + name, "preferredLabel": label, "status": "released", **cells}


def occupation(name: str, label: str, **cells: str) -> Cells:
    return {"conceptUri": OCCUPATIONS + name, "preferredLabel": label, "status": "released", **cells}


def group(code: str, label: str) -> Cells:
    return {"conceptUri": GROUPS + code, "preferredLabel": label, "code": code, "status": "released"}


def needs(occupation_name: str, relation: str, skill_name: str) -> Cells:
    return {
        "occupationUri": OCCUPATIONS + occupation_name,
        "relationType": relation,
        "skillUri": SKILLS + skill_name,
    }


def broader(name: str, above: str) -> Cells:
    return {"conceptUri": SKILLS + name, "broaderUri": SKILLS + above}


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Cells], *, bom: bool = False) -> None:
    with path.open("w", newline="", encoding="utf-8-sig" if bom else "utf-8") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)


def esco(
    folder: Path,
    skills: Iterable[Cells] = (),
    *,
    occupations: Iterable[Cells] = (),
    groups: Iterable[Cells] = (),
    skill_groups: Iterable[Cells] = (),
    needed: Iterable[Cells] = (),
    above: Iterable[Cells] = (),
    bom: bool = False,
) -> Path:
    folder.mkdir(exist_ok=True)
    write_csv(folder / "skills_en.csv", SKILL_COLUMNS, skills, bom=bom)
    write_csv(folder / "occupations_en.csv", OCCUPATION_COLUMNS, occupations, bom=bom)
    write_csv(folder / "ISCOGroups_en.csv", GROUP_COLUMNS, groups, bom=bom)
    write_csv(folder / "skillGroups_en.csv", GROUP_COLUMNS, skill_groups, bom=bom)
    write_csv(folder / "occupationSkillRelations.csv", NEEDS_COLUMNS, needed, bom=bom)
    write_csv(folder / "broaderRelationsSkillPillar.csv", BROADER_COLUMNS, above, bom=bom)
    return folder


def large_esco(folder: Path, count: int) -> Path:
    """A folder with `count` skills, in the proportions of the whole ESCO: eight other labels a skill, some with two meanings,
    three occupations to fourteen skills with forty relations each, every third skill with two parents."""
    chance = random.Random(7)
    words = [
        f"{a}{b}" for a in ("data", "model", "system", "process", "control") for b in ("ing", "er", "ed", "", "al")
    ]
    words += [f"{chr(97 + n // 26)}{chr(97 + n % 26)}{syllable}" for n in range(400) for syllable in ("ro", "lin")]

    def phrase(least: int = 2, most: int = 5) -> str:
        return " ".join(chance.choices(words, k=chance.randint(least, most)))

    names = [f"{number:05}" for number in range(count)]
    described = [
        skill(
            name,
            f"{phrase()} {name}",
            altLabels="\n".join(phrase() for _ in range(8)),
            description=" ".join(phrase(8, 12) for _ in range(5)),
            skillType="knowledge" if number % 3 else "skill/competence",
        )
        for number, name in enumerate(names)
    ]
    jobs = [f"{number:04}" for number in range(count * 3 // 14)]
    return esco(
        folder,
        described,
        occupations=[occupation(job, phrase(), iscoGroup="2512", altLabels=phrase()) for job in jobs],
        groups=[group("251", "Developers"), group("2512", "Software developers")],
        needed=[
            needs(job, chance.choice(("essential", "optional")), name)
            for job in jobs
            for name in chance.sample(names, 40)
        ],
        above=[
            broader(name, above)
            for number, name in enumerate(names[1:], 1)
            for above in sorted({names[number // 2], names[number // 3]} if number % 3 == 0 else {names[number // 2]})
        ],
    )


ONET_FILES = {
    "Occupation Data.txt": "O*NET-SOC Code\tTitle\tDescription",
    "Alternate Titles.txt": "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)",
    "Technology Skills.txt": "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand",
    "Content Model Reference.txt": "Element ID\tElement Name\tDescription",
    "Skills.txt": "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tRecommend Suppress\tNot Relevant\tDate",
    "Knowledge.txt": "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tRecommend Suppress\tNot Relevant",
}


def onet(folder: Path, lines: Mapping[str, Iterable[str]], **headers: str) -> Path:
    """A folder with these files. `lines` are the lines after the header, by file; `headers` replaces headers. Line ends are those
    of the real files."""
    folder.mkdir(exist_ok=True)
    for name, usual in ONET_FILES.items():
        header = headers.get(name.split(".")[0].replace(" ", "_"), usual)
        (folder / name).write_bytes("".join(f"{line}\r\n" for line in (header, *lines.get(name, ()))).encode())
    return folder
