"""What is shipped for installations names nothing that is not there, and hides nothing that is."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatdesk.settings import described

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NEEDED = (
    "CHATDESK_TELEGRAM__TOKEN",
    "CHATDESK_SLACK__BOT_TOKEN",
    "CHATDESK_SLACK__APP_TOKEN",
)
HEAD = """\
# The desk's settings: for systemd as /etc/chatdesk/env, for compose as deploy/.env. Keep the copy to yourself.
# docs/settings.md says more of each. `chatdesk doctor` checks what you filled in.
"""
FOR_COMPOSE = """
# --- Only compose.yml reads these -------------------------------------------------------------------------------
# The password of its PostgreSQL: letters and digits.
POSTGRES_PASSWORD=
# How many desks share the work.
#REPLICAS=1
"""


def env_example() -> str:
    """`deploy/env.example`, from the settings themselves; `make docs` writes it."""
    settings = {variable: (what, default, example) for variable, what, default, example in described()}
    needed = [f"# {settings[name][0]}. Example: {settings[name][2]}\n{name}=" for name in NEEDED]
    others = [
        f"# {what.rstrip('.')}.{f' Example: {example}' if example != default else ''}\n#{variable}={default}"
        for variable, (what, default, example) in settings.items()
        if variable not in NEEDED
    ]
    return "\n".join(
        [
            HEAD,
            f"# --- Must be filled in {'-' * 90}",
            *needed,
            f"\n# --- May be changed: what stands here is the default {'-' * 60}",
            *others,
            FOR_COMPOSE,
        ]
    )


def test_env_example_has_every_setting() -> None:
    assert (DEPLOY / "env.example").read_text() == env_example(), "run: make docs"


def slack_manifest() -> str:
    """What the program prints with no settings at all."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATDESK_")}
    command = [sys.executable, "-m", "chatdesk", "slack-manifest"]
    printed = subprocess.run(command, cwd=DEPLOY, env=own, capture_output=True, text=True)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout


def test_slack_manifest_is_what_the_program_prints() -> None:
    assert (DEPLOY / "slack-manifest.json").read_text() == slack_manifest(), "run: make docs"


# -- compose.yml ------------------------------------------------------------------------------------------------


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return found


def test_compose_has_what_a_desk_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"desk", "postgres", "valkey"}
    assert set(services["desk"]["depends_on"]) == {"postgres", "valkey"}
    assert all(wait == {"condition": "service_healthy"} for wait in services["desk"]["depends_on"].values())
    assert all("healthcheck" in services[name] for name in ("postgres", "valkey"))
    assert "container_name" not in services["desk"], "two replicas cannot share a name"
    build = services["desk"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    mounted = {mount.partition(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    assert mounted == set(compose["volumes"])


def test_compose_sets_only_settings_that_exist(compose: dict[str, Any]) -> None:
    known = {variable for variable, *_ in described()}
    assert set(compose["services"]["desk"]["environment"]) <= known
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yml").read_text()))
    offered = {line.lstrip("#").partition("=")[0] for line in env_example().splitlines()}
    assert asked <= offered
    assert not any(name.startswith("CHATDESK_") for name in asked), "the desk refuses names that are no settings"


# -- Dockerfile -------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_dockerfile_copies_and_installs_what_exists() -> None:
    copied = [shlex.split(rest)[:-1] for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    sources = {source for row in copied for source in row}
    assert sources and all((ROOT / source).exists() for source in sources)
    steps = [shlex.split(rest) for word, rest in instructions() if word == "RUN"]
    files = {step[n + 1] for step in steps for n, part in enumerate(step) if part == "-r"}
    assert files == {"requirements/run.txt"} and files <= sources
    assert any("--require-hashes" in step for step in steps)
    taken_in = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert taken_in == sources


def test_dockerfile_runs_unprivileged_with_a_health_check_and_no_secret() -> None:
    last = dict(instructions())
    user = last["USER"]
    assert user.partition(":")[0].isdigit() and user != "0", "a number: Kubernetes checks that it is not root"
    assert "/healthz" in last["HEALTHCHECK"]
    assert last["CMD"] == '["chatdesk", "serve"]'
    known = {variable for variable, *_ in described()}
    named = set(re.findall(r"CHATDESK_\w+", (DEPLOY / "Dockerfile").read_text()))
    assert named <= known
    assert not any("TOKEN" in name or "SECRET" in name for name in named)


# -- systemd ----------------------------------------------------------------------------------------------------


def unit() -> RawConfigParser:
    parser = RawConfigParser(strict=False)  # SystemCallFilter= stands twice, which adds up
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((DEPLOY / "chatdesk.service").read_text())
    return parser


def test_unit_is_hardened_and_comes_back() -> None:
    service = unit()["Service"]
    assert service["ExecStart"].endswith("/bin/chatdesk serve")
    assert service["DynamicUser"] == "yes"
    assert service["StateDirectory"] == "chatdesk" and service["WorkingDirectory"] == "%S/chatdesk"
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["Restart"]) == ("strict", "yes", "always")
    assert unit()["Install"]["WantedBy"] == "multi-user.target"


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    """Where systemd is installed it judges itself; elsewhere every line must at least be a setting."""
    text = (DEPLOY / "chatdesk.service").read_text()
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        lines = [line for line in text.splitlines() if line and line[0] not in "#["]
        assert lines and all(re.fullmatch(r"[A-Z][A-Za-z]+=.*", line) for line in lines)
        return
    program = tmp_path / "chatdesk"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    copy = tmp_path / "chatdesk.service"
    copy.write_text(text.replace("/opt/chatdesk/.venv/bin/chatdesk", str(program)))
    judged = subprocess.run([verifier, "verify", "--man=no", str(copy)], capture_output=True, text=True)
    complaints = [line for line in judged.stderr.splitlines() if "chatdesk" in line]
    assert complaints == []


# -- what may not be committed ----------------------------------------------------------------------------------

HOSTS = ("pythonhosted" + ".org", "pypi" + ".org", "registry.npm" + "js", "deb." + "debian.org")
FORBIDDEN = re.compile(
    "|".join(
        [
            *(re.escape(host) for host in HOSTS),
            r"--(extra-)?index-url",
            "--find" + "-links",
            '"resolved": ' + '"http',
            r"(?<![\w.])/(work|opt/wheels|opt/pypi|tmp/bash)" + r"[/_-]",
        ]
    )
)


def test_no_committed_file_names_a_download_host_or_a_machine_s_path() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {hit.group()}" for hit in FORBIDDEN.finditer(text)]
    assert found == []


def test_locks_are_hashed_and_name_no_place() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        bad = [
            line
            for line in lines
            if not re.fullmatch(r"[\w.-]+==[\w.+!-]+( ; [^-]+)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+", line)
        ]
        assert lines and bad == []
        assert "make lock" in text


def test_the_test_lock_holds_what_the_program_runs_with() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text()
        return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))

    assert pins("run.txt").items() <= pins("dev.txt").items()


if __name__ == "__main__":
    (DEPLOY / "env.example").write_text(env_example())
    (DEPLOY / "slack-manifest.json").write_text(slack_manifest())
