"""The files a machine reads: locks, container files, the CI script, the make targets."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from portal.embedded.site import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
HADOLINT = Path(sys.executable).with_name("hadolint")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in the checkout, its output as text."""
    return subprocess.run([str(c) for c in command], cwd=CHECKOUT, capture_output=True, text=True, check=False)


def locked(name: str) -> dict[str, str]:
    """Package → version of a lock file."""
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    return {match[1]: match[2] for match in re.finditer(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE)}


def names(requirements: list[str]) -> set[str]:
    """Requirements without versions and extras, in the spelling of a lock."""
    return {re.split(r"[\[<>=~ ]", one)[0].lower().replace("_", "-") for one in requirements}


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_compose_reads_its_file() -> None:
    result = run("docker-compose", "config", "--services")
    assert result.returncode == 0, result.stderr
    assert set(result.stdout.split()) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    assert "WARNING" not in result.stderr


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint is not installed")
def test_the_dockerfile_passes_its_linter() -> None:
    result = run(HADOLINT, "Dockerfile")
    assert result.returncode == 0, result.stdout


def test_the_image_does_not_run_as_root_and_is_looked_after() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1] not in ("root", "0")
    assert any(line.startswith("HEALTHCHECK ") and "/livez" in line for line in lines)
    assert any("--require-hashes" in line for line in lines)


def test_the_example_of_settings_holds_no_secret() -> None:
    lines = (CHECKOUT / "docker.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert [given[key] for key in ("SECRET_KEY", "IDENTITY_KEYS", "IDENTITY_HMAC_KEY", "POSTGRES_PASSWORD")] == [""] * 4


def test_the_locks_hold_every_dependency_with_hashes() -> None:
    assert names(PROJECT["project"]["dependencies"]) <= locked("run").keys()
    assert names(PROJECT["dependency-groups"]["dev"]) <= locked("dev").keys()
    for name in ("run", "dev"):
        text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9-]+==)", text)[1:])
        assert "http" not in re.sub(r"[a-z]*http[a-z0-9-]*==|#.*", "", text), "a lock names no server"


def test_the_development_lock_contains_the_other_in_the_same_versions() -> None:
    assert locked("run").items() <= locked("dev").items()


def test_every_dependency_says_why() -> None:
    lines = (CHECKOUT / "pyproject.toml").read_text().splitlines()
    listed = [line for line in lines if re.match(r'\s+"[a-z][a-z0-9-]*(\[[a-z,-]+\])?[~>=0-9.]*",', line)]
    assert len(listed) == len(PROJECT["project"]["dependencies"]) + len(PROJECT["dependency-groups"]["dev"])
    assert [line for line in listed if "# " not in line] == []


def test_the_script_of_continuous_integration_runs_make_test() -> None:
    script = CHECKOUT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert run("bash", "-n", script).returncode == 0
    assert script.read_text().rstrip().endswith("exec make test")


@pytest.mark.parametrize("target", ["setup", "demo", "test", "check", "bench", "run", "lock"])
def test_every_target_of_the_contract_is_there(target: str) -> None:
    result = run("make", "--dry-run", target)
    assert result.returncode == 0, result.stderr
    assert re.search(rf"^{target}: .*##", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (CHECKOUT / "LICENSE").read_text()
    assert "Apache License" in text and "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"
