import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import keys
from accounts.models import User
from embedded.postgres import DEBIAN, find_binaries, major_version
from embedded.processes import ROOT
from guidance.reminders import tokens
from tests.accounts.conftest import is_logged_in, logged_in_client

pytestmark = pytest.mark.django_db
NEW = "another-key-" * 6


@pytest.fixture
def lena(make_user) -> User:
    user = make_user()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def rotated(lena, settings) -> User:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW
    return lena


def are_current() -> list[bool]:
    return [keys.is_current(data) for data in Authenticator.objects.order_by("pk").values_list("data", flat=True)]


def test_second_factor_is_encrypted_with_the_new_key_when_it_is_used(rotated):
    assert are_current() == [False, False]
    Authenticator.objects.get(type="totp").record_usage()
    assert are_current() == [True, False]


def test_command_encrypts_all_with_the_new_key_and_says_when_the_old_one_can_go(
    rotated, settings, capsys, time_machine
):
    time_machine.move_to("2026-03-01 12:00Z")
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes()
    call_command("rotate_secret_key")
    told = capsys.readouterr().out
    assert "2 second factor(s) encrypted" in told
    assert "30 April 2026" in told
    settings.SECRET_KEY_FALLBACKS = []
    assert are_current() == [True, True]
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes
    call_command("rotate_secret_key")
    assert capsys.readouterr().out == "0 second factor(s) encrypted with the current key.\n"


def test_command_says_what_no_key_can_read(rotated, settings):
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match="2 second factor"):
        call_command("rotate_secret_key")
    with pytest.raises(InvalidToken):
        keys.renew(Authenticator.objects.earliest("pk").pk)


def test_sessions_and_links_outlive_the_old_key_as_a_fallback(make_user, settings):
    client, link = logged_in_client(make_user("marek@example.org")), tokens.for_unsubscribing(7, "study")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW
    assert tokens.subscription(link) is not None
    assert is_logged_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_logged_in(client)  # signed with the new key by now
    assert tokens.subscription(link) is None
    assert not is_logged_in(Client())


def programs_of_the_server() -> Path:
    """The folder with the server's own programs: the dump of a newer pg_dump uses settings that an older server does not know."""
    major = connection.pg_version // 10_000
    for directory in (find_binaries(), DEBIAN / str(major) / "bin"):
        if major_version(directory) == major:
            return directory
    pytest.skip(f"no pg_dump of PostgreSQL {major} on this machine")


@pytest.mark.django_db(transaction=True)
def test_backup_is_restored_under_another_key(lena, settings, tmp_path):
    programs = programs_of_the_server()
    values = connection.get_connection_params()
    target = {"host": values["host"], "user": values["user"], "dbname": f"{values['dbname']}_restored"}
    server = {
        **os.environ,
        "PGHOST": values["host"],
        "PGUSER": values["user"],
        "PGPORT": str(values.get("port") or 5432),
    }
    server["PGPASSWORD"] = values.get("password") or ""
    dump = str(tmp_path / "waymark.dump")

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], env=server, check=True)

    def rotate(**environ: str) -> subprocess.CompletedProcess[str]:
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = parts._replace(path=f"/{target['dbname']}").geturl()
        env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": NEW, "DEBUG": "1", **environ}
        command = [sys.executable, ROOT / "manage.py", "rotate_secret_key", "--skip-checks"]
        return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    run("pg_dump", "-Fc", "-f", dump, values["dbname"])
    run("createdb", target["dbname"])
    try:
        run("pg_restore", "--no-owner", "-d", target["dbname"], dump)
        without = rotate()
        assert without.returncode == 1
        assert "cannot be read with any key" in without.stderr
        assert "2 second factor(s) encrypted" in rotate(SECRET_KEY_FALLBACKS=settings.SECRET_KEY).stdout
        assert rotate().stdout.startswith("0 second factor(s)")
    finally:
        run("dropdb", target["dbname"])
