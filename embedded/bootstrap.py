#!/usr/bin/env python3
"""Creates `.venv` with everything that Waymark needs, on a machine with any Python >= 3.8 and little else.

`make` runs this when the requirements have changed. It installs uv into `.tools/`, with whichever of venv and pip that Python
has; uv then finds or downloads a Python >= 3.12 and installs the pinned requirements. Uses only the standard library of Python
3.8.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV_HOME = TOOLS / "uv"
UV = UV_HOME / "bin" / "uv"
UV_REQUIREMENTS = ROOT / "embedded" / "uv.txt"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
REQUIREMENTS = ROOT / "requirements" / "dev.txt"

OLDEST_FOR_UV = (3, 8)
OLDEST = (3, 12)
# First the version that everything was checked with, then the others that Django supports.
WANTED = ("3.13", "3.14", "3.12", ">=3.12")
# Where systems store trusted certificates, including a company's own. uv would otherwise use its built-in list.
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class BootstrapError(Exception):
    """An error whose message says what is wrong and what to do about it."""


def main() -> int:
    try:
        TOOLS.mkdir(exist_ok=True)
        with (TOOLS / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # if two `make` run at once, one does the work and the other finds it done
            environment = usable_environment()
            uv = find_uv(environment)
            if not is_usable(PYTHON):
                python = find_python(uv, environment)
                say(f"Creating .venv with {python} …")
                command = [str(uv), "venv", "--quiet", "--clear", "--no-project", "--python", python, str(VENV)]
                if not run(command, environment):
                    raise BootstrapError("uv could not create .venv; its output is above.")
            install(uv, environment)
    except BootstrapError as error:
        print(f"\nError: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nError: .venv could not be created: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def usable_environment() -> dict[str, str]:
    """Returns the caller's environment. If it has no usable home, uv and pip get one in `.tools` for their caches and
    Pythons."""
    environment = dict(os.environ)
    home = environment.get("HOME")
    if not home or not Path(home).is_dir() or not os.access(home, os.W_OK):
        (TOOLS / "home").mkdir(exist_ok=True)
        environment["HOME"] = str(TOOLS / "home")
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"):
        environment.pop(name, None)
    if any(Path(bundle).exists() for bundle in CERTIFICATES):
        environment.setdefault("UV_SYSTEM_CERTS", "1")
    environment.update(PIP_REQUIRE_VIRTUALENV="0", PIP_USER="0", PIP_ROOT_USER_ACTION="ignore", PIP_NO_INPUT="1")
    return environment


def find_uv(environment: dict[str, str]) -> Path:
    """Returns the pinned uv from a private environment, or the caller's own uv if that environment cannot be created."""
    pinned = re.search(r"^uv==(\S+)", UV_REQUIREMENTS.read_text(), re.MULTILINE)
    if pinned and (output([str(UV), "--version"]) or "").startswith(f"uv {pinned[1]}"):
        return UV
    say(f"Installing uv into {UV_HOME} …")
    problem = "no Python >= 3.8 on PATH has venv or pip"
    failed_downloads = 0
    for python in interpreters():
        for find_pip in (venv_pip, target_pip):
            pip = find_pip(python, environment)
            if pip is None:
                continue
            done = install_uv(pip, environment)
            if done is None and UV.exists():
                return UV
            problem = done or "pip did not install uv in the expected place"
            failed_downloads += 1
        if failed_downloads >= 2:  # another Python would not reach the package index either
            break
    on_path = shutil.which("uv")
    if on_path:
        say(f"Using {on_path}, because a private copy could not be installed.")
        return Path(on_path)
    raise BootstrapError(
        f"uv could not be installed: {problem}.\n"
        "Install Python's venv or pip module (on Debian: apt install python3-venv) or uv itself, "
        "check that pip can reach a package index (set PIP_INDEX_URL to use another), and run make again."
    )


def venv_pip(python: str, environment: dict[str, str]) -> list[str] | None:
    shutil.rmtree(UV_HOME, ignore_errors=True)
    made = run([python, "-m", "venv", UV_HOME], environment, quiet=True)
    return [str(UV_HOME / "bin" / "python"), "-m", "pip", "install"] if made else None


def target_pip(python: str, environment: dict[str, str]) -> list[str] | None:
    """Returns the command of a pip outside a virtual environment. Debian packages venv and pip separately; often only one is
    there."""
    shutil.rmtree(UV_HOME, ignore_errors=True)
    there = run([python, "-m", "pip", "--version"], environment, quiet=True)
    return [python, "-m", "pip", "install", "--target", str(UV_HOME)] if there else None


def install_uv(pip: list[str], environment: dict[str, str]) -> str | None:
    """Returns the error, or None if uv was installed."""
    arguments = ["--quiet", "--only-binary", ":all:", "--require-hashes", "-r", str(UV_REQUIREMENTS)]
    command = [*pip, *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, check=False)
    if result.returncode == 0:
        return None
    if "--target" not in pip:  # a pip that came with an old Python may not support current wheels
        run([*pip, "--quiet", "--upgrade", "pip"], environment, quiet=True)
        result = subprocess.run(command, env=environment, capture_output=True, check=False)
        if result.returncode == 0:
            return None
    lines = result.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"pip ended with exit code {result.returncode}"


def find_python(uv: Path, environment: dict[str, str]) -> str:
    """Returns a Python >= 3.12: one that uv finds, one of pyenv's, or one that uv downloads."""
    for wanted in WANTED:
        found = output([str(uv), "python", "find", "--system", "--no-project", wanted], environment)
        if found and is_usable(Path(found)):
            return found
    for python in interpreters():
        if is_usable(Path(python)):
            return python
    say("No Python >= 3.12 was found; asking uv to download one …")
    if run([uv, "python", "install", WANTED[0]], environment):
        found = output([str(uv), "python", "find", "--system", "--no-project", WANTED[0]], environment)
        if found and is_usable(Path(found)):
            return found
    raise BootstrapError(
        "Waymark needs Python 3.12 or newer. It is neither on PATH nor in pyenv, and uv could not download it.\n"
        "Install it (your system's python3.13 package, or `pyenv install 3.13`), put it on PATH and run make again."
    )


def interpreters() -> list[str]:
    """Returns every Python >= 3.8 that was found: first the one that runs this script, then the others, newest first."""
    places = [Path(place) for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if place]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path(os.environ.get("HOME") or "/", ".pyenv"))
    places += [Path("/usr/bin"), Path("/usr/local/bin"), *pyenv.glob("versions/*/bin")]
    found: dict[str, tuple[int, ...]] = {}
    for place in places:
        for path in place.glob("python3*"):
            if re.match(r"python3(\.\d+)?$", path.name) and os.path.realpath(path) not in found:
                found[os.path.realpath(path)] = version(path)
    usable = [path for path, found_version in found.items() if found_version >= OLDEST_FOR_UV]
    usable.sort(key=lambda path: found[path], reverse=True)
    return [sys.executable, *(path for path in usable if path != os.path.realpath(sys.executable))]


def version(python: Path) -> tuple[int, ...]:
    """Returns the version of this Python; (0,) if it is broken or lacks an optional module that Waymark needs."""
    said = output([str(python), "-c", "import ctypes, ssl, sys, zlib; print(*sys.version_info[:2])"])
    return tuple(int(part) for part in said.split()) if said else (0,)


def is_usable(python: Path) -> bool:
    return version(python) >= OLDEST


def install(uv: Path, environment: dict[str, str]) -> None:
    say(f"Installing what {REQUIREMENTS.relative_to(ROOT)} pins …")
    options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", str(PYTHON)]
    if not run([uv, "pip", "sync", *options, REQUIREMENTS], environment):
        raise BootstrapError(
            "the packages could not be installed; uv's output is above.\nIf they could not be downloaded, check the "
            "network, or set UV_DEFAULT_INDEX to an index that you can reach, and run make again."
        )
    STAMP.write_text("Created by embedded/bootstrap.py; `make` runs it again when the requirements are newer.\n")


def run(command: Sequence[str | Path], environment: dict[str, str], quiet: bool = False) -> bool:
    stream = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=environment, stdout=stream, stderr=stream, check=False).returncode == 0


def output(command: list[str], environment: dict[str, str] | None = None) -> str | None:
    """Returns what a command prints; None if it fails."""
    try:
        result = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.decode(errors="replace").strip() if result.returncode == 0 else None


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
