"""What bootstrap.py does on machines where something is missing. Nothing is downloaded: uv and pip are scripts here."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import bootstrap
from embedded.processes import ROOT


def write_program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """An empty checkout and an empty PATH."""
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(bootstrap, "UV_HOME", tmp_path / ".tools" / "uv")
    monkeypatch.setattr(bootstrap, "UV", tmp_path / ".tools" / "uv" / "bin" / "uv")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    (tmp_path / ".tools").mkdir()
    (tmp_path / "bin").mkdir()
    return tmp_path


def test_it_is_python_3_8():
    source = (ROOT / "embedded" / "bootstrap.py").read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported <= sys.stdlib_module_names | {"collections.abc"}


def test_no_registry_is_named():
    for file in [ROOT / "Makefile", *(ROOT / "embedded").glob("*.*"), *(ROOT / "requirements").glob("*.txt")]:
        content = file.read_text(errors="replace")
        assert "index-url" not in content
        assert "/simple" not in content


def test_pythons_are_tried_newest_first_without_broken_and_old_ones(tools, monkeypatch):
    old = write_program(tools / "bin" / "python3.7", "echo 3 7")
    newer = write_program(tools / "bin" / "python3.9", "echo 3 9")
    newest = write_program(tools / "pyenv" / "versions" / "3.14.1" / "bin" / "python3.14", "echo 3 14")
    broken = write_program(tools / "bin" / "python3", "exit 127")
    found = bootstrap.interpreters()
    assert found[0] == sys.executable
    assert found.index(str(newest)) < found.index(str(newer))
    assert not {str(old), str(broken)} & set(found)


def test_python_without_venv_gets_uv_into_a_folder(tools, monkeypatch):
    python = write_program(
        tools / "bin" / "python3",
        f"""case "$*" in
            *"-m venv"*) exit 1;;
            *"-m pip --version"*) exit 0;;
            *--target*) mkdir -p {bootstrap.UV.parent} && : > {bootstrap.UV};;
        esac""",
    )
    monkeypatch.setenv("PATH", f"{tools / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(bootstrap, "interpreters", lambda: [str(python)])
    assert bootstrap.find_uv(dict(os.environ)) == bootstrap.UV


def test_uv_on_path_is_the_last_resort(tools, monkeypatch):
    monkeypatch.setattr(bootstrap, "interpreters", list)
    uv = write_program(tools / "bin" / "uv", "exit 0")
    assert bootstrap.find_uv(dict(os.environ)) == uv


def test_without_any_way_to_uv_the_message_says_what_to_install(tools, monkeypatch):
    monkeypatch.setattr(bootstrap, "interpreters", list)
    with pytest.raises(bootstrap.BootstrapError, match="apt install python3-venv"):
        bootstrap.find_uv(dict(os.environ))


def test_unreachable_index_is_named_and_not_asked_by_every_python(tools, monkeypatch):
    tried = tools / "tried"
    script = f"""case "$*" in
        *"-m venv"*) exit 1;;
        *"-m pip --version"*) exit 0;;
        *) echo x >> {tried}; echo "ERROR: no route to host" >&2; exit 1;;
    esac"""
    pythons = [str(write_program(tools / "bin" / f"python3.{minor}", script)) for minor in range(9, 14)]
    monkeypatch.setattr(bootstrap, "interpreters", lambda: pythons)
    with pytest.raises(bootstrap.BootstrapError, match=r"no route to host.*\n.*PIP_INDEX_URL"):
        bootstrap.find_uv(dict(os.environ))
    assert tried.read_text().count("x") == 2


def test_old_python_is_not_chosen_and_the_message_says_what_to_do(tools, monkeypatch):
    old = write_program(tools / "bin" / "python3", "echo 3 8")
    uv = write_program(tools / "uv", f'[ "$2" = find ] && echo {old} || exit 1')
    monkeypatch.setattr(bootstrap, "interpreters", lambda: [str(old)])
    with pytest.raises(bootstrap.BootstrapError, match=r"needs Python 3\.12 or newer"):
        bootstrap.find_python(uv, dict(os.environ))


def test_python_of_pyenv_is_found_when_uv_finds_none(tools, monkeypatch):
    python = write_program(tools / "pyenv" / "versions" / "3.13.1" / "bin" / "python3.13", "echo 3 13")
    uv = write_program(tools / "uv", "exit 2")
    assert bootstrap.find_python(uv, dict(os.environ)) in {str(python), sys.executable}


@pytest.mark.parametrize("home", [None, "", "missing"])
def test_missing_home_is_replaced_by_a_private_one(tools, monkeypatch, home):
    if home is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", home and str(tools / home))
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    environment = bootstrap.usable_environment()
    assert environment["HOME"] == str(tools / ".tools" / "home")
    assert "PYTHONPATH" not in environment


def test_home_and_index_of_the_caller_stay(tools, monkeypatch):
    monkeypatch.setenv("HOME", str(tools))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mirror.example/simple")
    environment = bootstrap.usable_environment()
    assert environment["HOME"] == str(tools)
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"


def test_make_alone_lists_the_targets():
    result = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "e2e", "lint", "bench", "manage"):
        assert f"make {target} " in result.stdout


def test_make_e2e_without_chromium_says_so():
    command = ["make", "e2e", "CHROMIUM=no-such-browser", "INSTALLED="]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "there is no no-such-browser" in result.stderr
