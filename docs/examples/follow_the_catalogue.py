"""Keep an up-to-date copy of the whole catalogue, using only documented parts of the API: no account, no key, nothing but Python.

    python follow_the_catalogue.py http://localhost:8000 waymark.jsonl

Run it as often as you like. The first run writes the file; each later one requests the changes since then and rewrites the file.
"""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Copy = dict[tuple[str, str], str]  # the lines by kind and slug


def question(first: str) -> str:
    """The query that requests what has changed since the copy with this first line; empty if there is no copy, to request everything."""
    if not first:
        return ""
    known = json.loads(first)
    return "?" + urlencode({"since": known["revision"], "state": known["state"]})


def apply(copy: Copy, answer: Iterable[str]) -> str:
    """Bring a copy up to date. Returns its new first line."""
    lines = iter(answer)
    first = next(lines)
    if json.loads(first)["since"] is None:  # the response has everything, so the old copy is discarded
        copy.clear()
    for line in lines:
        entry = json.loads(line)
        key = entry["kind"], entry["slug"]
        if entry.get("gone"):
            copy.pop(key, None)
        else:
            copy[key] = line
    return first


def main(site: str, name: str) -> None:
    path, copy, first = Path(name), Copy(), ""
    if path.exists():
        first = apply(copy, path.read_text(encoding="utf-8").splitlines())
    request = Request(f"{site}/api/v1/dump/{question(first)}", headers={"Accept-Encoding": "gzip"})
    with urlopen(request, timeout=60) as answer:
        body = answer.read()
        if answer.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
    first = apply(copy, body.decode().splitlines())
    new = path.with_suffix(".new")
    new.write_text("\n".join([first, *(copy[key] for key in sorted(copy))]) + "\n", encoding="utf-8")
    new.replace(path)  # an interrupted run leaves the old copy unchanged
    print(f"Revision {json.loads(first)['revision']}: {len(copy)} records and old slugs")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
