"""The services in the compose file. `tests/long/test_compose.py` runs their commands."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


def test_every_container_of_ours_is_locked_down():
    for name in ("migrate", "load", "web", "worker", "links", "beat", "proxy"):
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert "USER waymark" in (ROOT / "Dockerfile").read_text()


def test_every_container_of_ours_runs_the_version_that_is_set():
    """To roll back, set the variable to the previous version, whose image still exists."""
    images = {service["image"] for service in SERVICES.values() if "build" in service}
    assert images == {"${WAYMARK_IMAGE:-waymark}:${WAYMARK_VERSION:-latest}"}


def test_every_variable_is_documented():
    lines = (ROOT / "deploy/example.env").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert required <= set(example)


def test_every_service_that_stays_says_whether_it_is_well():
    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == ["migrate", "load"]


def test_every_service_has_a_limit_of_memory_and_of_its_log():
    for name, service in SERVICES.items():
        assert service["logging"]["options"]["max-size"], name
        if "profiles" not in service:
            assert service["deploy"]["resources"]["limits"].keys() >= {"memory", "pids"}, name


def test_servers_have_no_way_out():
    for name in ("postgres", "valkey"):
        assert all(COMPOSE["networks"][network]["internal"] for network in SERVICES[name]["networks"])
        assert "ports" not in SERVICES[name]


def test_there_is_one_beat():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
