"""Print a plan for someone's skills, using only documented parts of the API: no account, no key, nothing but Python.

    python plan_for_a_stranger.py http://localhost:8000 ai-engineer 8 python=2 postgres=1 "machine learning=1"

Arguments: where Waymark runs, the role, hours per week, and skills with levels from 0 to 4. You can use any name of a skill.
"""

import json
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


def call(address: str, body: dict[str, Any] | None = None) -> Any:
    """The response as JSON. If the response is an error, stops the program with its `title` and `detail`."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(address, data, {"Accept": "application/json", "Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        problem = json.load(error)
        raise SystemExit(f"{problem['title']}: {problem['detail']}") from None


def slug_of(api: str, name: str) -> Any:
    """The slug of the skill with this name: the first hit of the search."""
    hits = call(f"{api}/search/?{urlencode({'q': name, 'kind': 'skill', 'limit': 1})}")["results"]
    if not hits:
        raise SystemExit(f"There is no skill called {name}.")
    return hits[0]["slug"]


def main(site: str, role: str, hours: str, *known: str) -> None:
    api = f"{site}/api/v1"
    levels = {}
    for item in known:
        name, _, level = item.rpartition("=")
        levels[slug_of(api, name)] = int(level)
    question = {"role": role, "levels": levels}
    readiness = call(f"{api}/readiness/", question)
    plan = call(f"{api}/plan/", {**question, "hours_per_week": float(hours)})
    print(f"Ready for {role}: {readiness['readiness']:.0f} of 100")
    for step in plan["steps"]:
        if step["project"]:
            print(f"{step['start']}  project {step['project']}, {step['hours']:g} h")
            continue
        why = ", ".join(step["because"]["required_by"][:2])
        print(f"{step['start']}  {step['skill']} to level {step['to_level']}, {step['hours']:g} h, for {why}")
    print(f"{plan['total_hours']:.0f} hours; done on {plan['finish']}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
