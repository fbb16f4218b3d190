import secrets
import subprocess

import pytest

from accounts import tokens
from tests import credentials

# Built from parts, so that the scan finds none in this file.
PLANTED = {
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "access token of Waymark": tokens.PREFIX + secrets.token_urlsafe(32).replace("-", "_").rstrip("_").ljust(43, "x"),
    "secret key of Django": "django-" + "insecure-" + "k" * 50,
    "AWS key": "AKIA" + "Q" * 16,
    "Anthropic key": "sk-" + "ant-" + "a1" * 20,
    "GitHub token": "ghp" + "_" + "a" * 36,
    "GitLab token": "glpat" + "-" + "a" * 20,
    "Google key": "AI" + "za" + "b" * 35,
    "Hugging Face token": "hf" + "_" + "c" * 34,
    "JSON web token": ".".join(("ey" + "J" + "a" * 20, "ey" + "J" + "b" * 20, "c" * 20)),
    "npm token": "npm" + "_" + "d" * 36,
    "OpenAI key": "sk" + "-proj-" + "e" * 40,
    "PyPI token": "pypi-" + "AgEI" + "f" * 60,
    "SendGrid key": "SG" + "." + "g" * 22 + "." + "h" * 43,
    "Sentry DSN": "https://" + "0" * 32 + "@sentry.example/1",
    "Slack token": "xoxb" + "-" + "1" * 24,
    "Stripe key": "sk_" + "live_" + "i" * 24,
}
HARMLESS = (
    "SECRET_KEY=",
    "smtp://user:password@mail.example.org:587",
    "sha256:9362660c4a31150cf18e78cae2ce8aa1e929fc6c6739e69f6dd5dbea9c3edc82",
    "Authorization: Bearer wm_…",
    "https://key@host/project",
    "task-based, risk-averse and disk-intensive",
)


@pytest.mark.parametrize("kind", credentials.FORMS)
def test_every_kind_of_credential_is_found(kind):
    assert list(credentials.found(f'key = "{PLANTED[kind]}"')) == [kind]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_one_is_no_alarm(line):
    assert list(credentials.found(line)) == []


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setattr(credentials, "ROOT", tmp_path)

    def git(*arguments: str) -> None:
        settings = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *settings, *arguments], cwd=tmp_path, check=True, stdout=subprocess.PIPE)

    git("init", "--quiet")
    return tmp_path, git


def test_a_credential_is_found_in_a_tracked_file_and_later_in_the_history(repository, capsys):
    folder, git = repository
    (folder / "notes.txt").write_text(f"first\n{PLANTED['AWS key']}\n")
    (folder / "untracked.txt").write_text(PLANTED["GitHub token"])
    git("add", "notes.txt")
    git("commit", "--quiet", "--message=one")
    assert credentials.main(credentials.in_files()) == 1
    shown = capsys.readouterr().out
    assert shown == "notes.txt:2: AWS key\n"
    git("rm", "--quiet", "notes.txt")
    git("commit", "--quiet", "--message=two")
    assert credentials.main(credentials.in_files()) == 0
    assert credentials.main(credentials.in_history()) == 1
    shown = capsys.readouterr().out
    assert shown.endswith(" notes.txt: AWS key\n")
    assert PLANTED["AWS key"] not in shown
