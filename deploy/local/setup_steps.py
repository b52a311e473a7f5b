"""The order of set-up and what each profile needs; each step's work is in a module of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local import python_environment, system_packages, web_assets
from deploy.local.progress import Progress
from deploy.local.stamps import Stamps, set_up_alone

#: Where set-up keeps its stamps and its log.
STATE = Path(".oversight/setup")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of set-up, skipped while its stamp is that of `inputs` and `present` holds."""

    name: str
    #: What the result depends on; another text means the step runs again.
    inputs: Callable[[Path], str]
    #: A look that costs nothing, for what somebody deleted meanwhile.
    present: Callable[[Path], bool]
    #: Does the work; False when something optional could not be had and is to be tried again next time.
    run: Callable[[Path, Progress], bool]


def _programs(name: str, programs: tuple[system_packages.Program, ...]) -> Step:
    return Step(
        name=name,
        inputs=lambda _project: system_packages.inputs(programs),
        present=lambda _project: not system_packages.missing(programs),
        run=lambda _project, progress: system_packages.provide(programs, progress),
    )


PYTHON = Step(
    "Python packages",
    python_environment.locked_inputs,
    python_environment.present,
    python_environment.install_locked,
)
COMMAND = Step(
    "oversight command",
    python_environment.project_inputs,
    python_environment.command_present,
    python_environment.install_project,
)
ASSETS = Step("web assets", web_assets.inputs, web_assets.present, web_assets.install)
TEST_ASSETS = Step(
    "web assets, identity provider of the tests",
    web_assets.inputs,
    web_assets.present_for_tests,
    web_assets.install_for_tests,
)
BROKER = _programs("RabbitMQ", (system_packages.RABBITMQ,))
TEST_PROGRAMS = _programs(
    "RabbitMQ, PostgreSQL, Chromium, Prometheus, nginx",
    (
        system_packages.RABBITMQ_FOR_TESTS,
        system_packages.POSTGRESQL,
        system_packages.CHROMIUM,
        system_packages.LIBATOMIC,
        system_packages.PROMETHEUS,
        system_packages.ALERTMANAGER,
        system_packages.NGINX,
        system_packages.SYSTEMD,
        system_packages.CURL,
    ),
)

PROFILES: dict[str, tuple[Step, ...]] = {
    "run": (PYTHON, COMMAND, BROKER, ASSETS),
    "test": (PYTHON, COMMAND, TEST_PROGRAMS, TEST_ASSETS),
    "check": (PYTHON, COMMAND),
}


def set_up(project: Path, profile: str) -> None:
    """Bring the machine to what `profile` needs; says nothing when nothing is to be done.

    Raises:
        LocalSetupError: something needed cannot be had; the hint is the exact command to run.
    """
    state = project / STATE
    with set_up_alone(state):
        stamps = Stamps(state)
        steps = PROFILES[profile]
        todo = [step for step in steps if not (stamps.good(step.name, step.inputs(project)) and step.present(project))]
        started = time.monotonic()
        complete = True
        for number, step in enumerate(todo, start=1):
            progress = Progress(f"[{number}/{len(todo)}] {step.name}", log=state / "setup.log")
            stamps.forget(step.name)
            if step.run(project, progress):
                stamps.remember(step.name, step.inputs(project))
            else:
                complete = False
            progress.done()
        if todo:
            outlook = "it is not repeated while nothing changes" if complete else "what is missing is tried again"
            print(f"set-up took {time.monotonic() - started:.0f} s; {outlook}", flush=True)
