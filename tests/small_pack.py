"""A small pack on disk with a few records of every kind."""

from pathlib import Path

AREA = """---
name: Programming
letter: P
family: foundations
order: 1
summary: Code that other people can run.
---
"""
SKILL = """---
name: {name}
area: programming
kind: tool
horizon: core
summary: What {name} is for.
effort: [6, 20.5, 45, 90]
aliases:
  - {slug} language
  - {{name: x{slug}, needs: [code, library]}}
levels:
  1: You can explain {name}.
  2: You can use {name}.
  3: You can mend {name}.
  4: You can teach {name}.
prerequisites: {prerequisites}
---
{name} in a few words.
"""
RESOURCE = """---
name: Documentation of everything
type: documentation
url: https://docs.example.org/
author: The authors
hours: 4
cost: 0
checked_on: 2026-11-24
skills: {python: [0, 2], django: [0, 2], celery: [0, 2], kubernetes: [0, 2]}
---
"""
FACT = """---
name: A figure
statement: Ten of ten developers have a keyboard.
source: A survey
url: https://example.org/survey
year: 2025
---
"""
ROLE = """---
name: Web developer
summary: Builds for the web.
requirements:
  celery: {level: 2, importance: 5}
  kubernetes: {level: 1, importance: 2}
day:
  - {time: "09:00", minutes: 30, activity: Read the mail.}
  - {time: "08:00", minutes: 10, activity: Make coffee.}
facts: [a-figure]
---
The job.
"""
INDUSTRY = """---
name: Healthcare
summary: Where patients are.
use_cases:
  - {name: Triage, text: Who needs help first.}
considerations:
  - {topic: privacy, text: Records are private.}
emphases:
  - {skill: django, weight: 1.5, why: Forms everywhere.}
---
"""
PROJECT = """---
name: A queue
summary: Work that waits.
hours: 12
checklist: [It runs., It stops., It starts again., It is tested.]
proves: {celery: 2}
industries: [healthcare]
---
Build a queue.
"""
START = """---
name: Beginner
summary: Has seen code.
levels: {python: 1}
---
"""
GUIDE = """---
name: Getting started
tldr: Begin.
takeaways: [One, Two, Three]
order: 1
---
## First

Read about [Python](/skills/python/).
"""
QUESTION = """---
name: What is it?
order: 1
---
It is a thing.
"""


class PackFolder:
    """A small pack on disk that tests change file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("areas/programming.md", AREA)
        self.skill("python", "Python")
        self.skill("django", "Django", "{python: 2}")
        self.skill("celery", "Celery", "{django: 1}")
        self.skill("kubernetes", "Kubernetes")
        self.write("resources/documentation.md", RESOURCE)
        self.write("facts/a-figure.md", FACT)
        self.write("roles/web-developer.md", ROLE)
        self.write("industries/healthcare.md", INDUSTRY)
        self.write("projects/a-queue.md", PROJECT)
        self.write("starting-points/beginner.md", START)
        self.write("guides/getting-started.md", GUIDE)
        self.write("questions/what-is-it.md", QUESTION)

    def write(self, file: str, content: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def skill(self, slug: str, name: str, prerequisites: str = "{}") -> None:
        self.write(f"skills/{slug}.md", SKILL.format(slug=slug, name=name, prerequisites=prerequisites))

    def edit(self, file: str, old: str, new: str) -> None:
        content = (self.root / file).read_text(encoding="utf-8")
        assert old in content, f"{file} has no {old!r}"
        self.write(file, content.replace(old, new, 1))

    def rename(self, old: str, new: str) -> None:
        (self.root / old).rename(self.root / new)

    def remove(self, file: str) -> None:
        (self.root / file).unlink()

    def contents(self) -> dict[str, str]:
        return {str(path.relative_to(self.root)): path.read_text(encoding="utf-8") for path in self.root.rglob("*.md")}
