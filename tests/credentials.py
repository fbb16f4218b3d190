"""`python -m tests.credentials [--history]`: finds keys, tokens and passwords in the files that git tracks, or in every line that a
commit ever added. Exits with 1 if there is one, and prints where it is but never its text.

It looks only for forms of credentials that differ clearly from other text, so that it raises no false alarms which people would
learn to ignore. It does not check with any service whether a credential still works.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORMS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "access token of Waymark": r"\bwm_[A-Za-z0-9_-]{43}\b",
    "secret key of Django": r"django-insecure-[^\s'\"]{20,}",
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{20,}",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Hugging Face token": r"\bhf_[A-Za-z0-9]{34}\b",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "OpenAI key": r"\bsk-(?:proj-)?[A-Za-z0-9_-]{40,}",
    "PyPI token": r"\bpypi-AgEI[A-Za-z0-9_-]{50,}",
    "SendGrid key": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    "Sentry DSN": r"https://[0-9a-f]{32}@[^\s/]+/\d+",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{20,}",
    "Stripe key": r"\b[sr]k_live_[A-Za-z0-9]{20,}",
}
FORM = re.compile("|".join(f"(?P<f{number}>{form})" for number, form in enumerate(FORMS.values())))


def found(line: str) -> Iterator[str]:
    """The kinds of credentials in a line."""
    for match in FORM.finditer(line):
        yield list(FORMS)[int(str(match.lastgroup)[1:])]


def in_files() -> Iterator[tuple[str, str]]:
    """Pairs of a line in a text file and its place."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, names.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content[:8000]:
            for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
                yield line, f"{name}:{number}"


def in_history() -> Iterator[tuple[str, str]]:
    """Pairs of a line that a commit added, and the commit and file."""
    command = ["git", "log", "--all", "--patch", "--unified=0", "--no-color", "--no-ext-diff", "--format=commit %H"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as log:
        assert log.stdout is not None
        commit = file = ""
        for line in log.stdout:
            if line.startswith("commit "):
                commit = line.split()[1][:12]
            elif line.startswith("+++ "):
                file = line[6:].strip()
            elif line.startswith("+"):
                yield line[1:], f"{commit} {file}"
    if log.returncode:
        raise subprocess.CalledProcessError(log.returncode, command)


def main(lines: Iterable[tuple[str, str]]) -> int:
    places = [f"{place}: {kind}" for line, place in lines for kind in found(line)]
    print("\n".join(places) if places else "No credentials found.")
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main(in_history() if "--history" in sys.argv[1:] else in_files()))
