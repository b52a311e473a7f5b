"""The image's recipe: the rules that people lint Dockerfiles by, and its steps run as commands in a scratch directory.

There is no container engine on machines that run tests. What the rules say is hadolint's, by their numbers
(https://github.com/hadolint/hadolint/wiki); hadolint itself is another licence's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.dockerfile import Stage, parse
from tests.deploy.files import DEPLOY, PROJECT

TEXT = (DEPLOY / "Dockerfile").read_text()


def faults(text: str) -> set[str]:
    """Return the numbers of the rules that a Dockerfile breaks."""
    stages = parse(text)
    checks = (_images, _places, _copies, _users, _packages, _commands, _shell)
    return {fault for check in checks for stage in stages for fault in check(stage, stages)}


def _images(stage: Stage, _stages: list[Stage]):
    tag = stage.image.partition(":")[2]
    if not re.search(r"\d+\.\d+", tag):
        yield "DL3006" if not tag else "DL3007"


def _places(stage: Stage, _stages: list[Stage]):
    if any(not one.text.startswith("/") for one in stage.all("WORKDIR")):
        yield "DL3000"
    if any(re.search(r"(^|&&|;)\s*cd ", one.text) for one in stage.all("RUN")):
        yield "DL3003"
    if any(not 0 < int(one.text) < 65536 for one in stage.all("EXPOSE")):
        yield "DL3011"


def _copies(stage: Stage, stages: list[Stage]):
    earlier = {one.alias for one in stages[: stages.index(stage)]}
    for one in stage.all("COPY"):
        if "from" in one.flags and one.flags["from"] not in earlier:
            yield "DL3022"
        *sources, target = one.text.split()
        if len(sources) > 1 and not target.endswith("/"):
            yield "DL3021"


def _users(stage: Stage, stages: list[Stage]):
    users = stage.all("USER")
    if stage is stages[-1] and (not users or users[-1].text.split(":")[0] in ("root", "0")):
        yield "DL3002"
    if any(re.search(r"\bsudo\b", one.text) for one in stage.all("RUN")):
        yield "DL3004"


def _packages(stage: Stage, _stages: list[Stage]):
    environment = " ".join(one.text for one in stage.all("ENV"))
    for one in stage.all("RUN"):
        if "apt-get install" in one.text:
            if not re.search(r"apt-get install (-y|--yes)", one.text):
                yield "DL3014"
            if "--no-install-recommends" not in one.text:
                yield "DL3015"
            if "rm -rf /var/lib/apt/lists" not in one.text:
                yield "DL3009"
        if "pip install" in one.text and "--no-cache-dir" not in one.text and "PIP_NO_CACHE_DIR" not in environment:
            yield "DL3042"


def _commands(stage: Stage, _stages: list[Stage]):
    for name, fault in (("CMD", "DL4003"), ("ENTRYPOINT", "DL4004"), ("HEALTHCHECK", "DL3012")):
        if len(stage.all(name)) > 1:
            yield fault
    for one in [*stage.all("CMD"), *stage.all("ENTRYPOINT"), *stage.all("HEALTHCHECK")]:
        words = one.text.removeprefix("CMD").strip()
        try:
            json.loads(words)
        except ValueError:
            yield "DL3025"


def _shell(stage: Stage, _stages: list[Stage]):
    for one in stage.all("RUN"):
        if re.search(r"[^|]\|[^|]", one.text):
            yield "DL4006"
        if subprocess.run(["/bin/sh", "-n", "-c", one.text], capture_output=True, check=False).returncode:
            yield "a shell cannot read it"


def test_nobody_who_lints_dockerfiles_finds_fault_with_ours():
    assert faults(TEXT) == set()


@pytest.mark.parametrize(
    ("ours", "broken", "fault"),
    [
        ("ARG PYTHON=3.11.13-slim-bookworm", "ARG PYTHON=latest", "DL3007"),
        ("WORKDIR /build", "WORKDIR build", "DL3000"),
        ("RUN npm ci", "RUN cd /build && npm ci", "DL3003"),
        ("EXPOSE 8000", "EXPOSE 80000", "DL3011"),
        ("--from=assets", "--from=asset", "DL3022"),
        ("package-lock.json .npmrc ./", "package-lock.json .npmrc /build", "DL3021"),
        ("USER 10001:10001", "USER root", "DL3002"),
        ("--no-install-recommends ", "", "DL3015"),
        ("PIP_NO_CACHE_DIR=1 ", "", "DL3042"),
        ('CMD ["--help"]', "CMD --help", "DL3025"),
        ("runtime_lock.py > runtime.lock", "runtime_lock.py | cat > runtime.lock", "DL4006"),
        ("-m venv /opt/oversight/venv", "-m venv '/opt/oversight/venv", "a shell cannot read it"),
    ],
)
def test_a_fault_in_it_would_be_found(ours, broken, fault):
    assert ours in TEXT
    assert fault in faults(TEXT.replace(ours, broken))


def test_whatever_it_copies_is_there():
    for stage in parse(TEXT):
        for one in stage.all("COPY"):
            if "from" not in one.flags:
                for source in one.text.split()[:-1]:
                    assert (PROJECT / source).exists(), source


class Build:
    """Runs the steps of a stage below a directory that stands for the root of the image."""

    def __init__(self, root: Path, stage: Stage, others: dict[str, Path]) -> None:
        self.root, self.others = root, others
        self.place = root
        self.environment = {**os.environ, "PATH": f"{root}/bin:{os.environ['PATH']}"}
        (root / "bin").mkdir(parents=True)
        (root / "bin/python").symlink_to(sys._base_executable)
        for one in stage.instructions:
            step = getattr(self, one.name.lower(), None)
            if step:
                step(one)

    def workdir(self, one):
        self.place = self.root / one.text.lstrip("/")
        self.place.mkdir(parents=True, exist_ok=True)

    def env(self, one):
        self.environment.update(word.split("=", 1) for word in one.text.split())

    def copy(self, one):
        origin = self.others[one.flags["from"]] if "from" in one.flags else PROJECT
        *sources, target = one.text.split()
        to = self.root / target.lstrip("/") if target.startswith("/") else self.place / target
        for source in sources:
            file = origin / source.lstrip("/")
            into = to / file.name if target.endswith("/") else to
            into.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():
                shutil.copytree(file, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(file, into)

    def run(self, one):
        command = one.text.replace("/opt/oversight", f"{self.root}/opt/oversight")
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.place,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_its_steps_make_an_image_that_runs(tmp_path):
    """The stages `assets` and `build` as they stand, registries and all; then the four services from what they made."""
    assets, build, _last = parse(TEXT)
    Build(tmp_path / "assets", assets, {})
    Build(tmp_path / "build", build, {"assets": tmp_path / "assets"})
    made = tmp_path / "build/opt/oversight"
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{made}/app", "PYTHONDONTWRITEBYTECODE": "1"}
    python = made / "venv/bin/python"

    def say(*arguments: str) -> str:
        done = subprocess.run(
            [python, *arguments], cwd=made / "app", env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "serve" in say("-m", "shared.cli.main", "--help")
    for service in ("inspection", "documents", "audit", "notify"):
        say("-W", "ignore", "-c", f"import eventlet; eventlet.monkey_patch(); import services.{service}.service")
    assert not (made / "app/shared/testing").exists()
    assert not (made / "app/node_modules").exists()
    assert say("-c", "import importlib.util as u; print(u.find_spec('pytest'), u.find_spec('pip'))") == "None None\n"
    assert list((made / "app/services").rglob("*.css")), "the pages have their style sheets"
