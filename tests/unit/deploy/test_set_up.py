"""Set-up repeats nothing that is good, repeats what changed, and names what it cannot get."""

from pathlib import Path

import pytest

from deploy.local import setup_steps, system_packages
from deploy.local.errors import ProgramMissingError
from deploy.local.progress import Progress
from deploy.local.setup_steps import Step, set_up
from deploy.local.stamps import Stamps
from deploy.local.system_packages import Program


class Recorded:
    """A step that counts its runs and whose inputs and outcome a test decides."""

    def __init__(self, *, succeeds: bool = True) -> None:
        self.runs = 0
        self.inputs = "1"
        self.present = True
        self.succeeds = succeeds

    def step(self) -> Step:
        return Step("a step", lambda _: self.inputs, lambda _: self.present, self.run)

    def run(self, _project: Path, _progress: Progress) -> bool:
        self.runs += 1
        return self.succeeds


@pytest.fixture
def profile(monkeypatch):
    def use(recorded: Recorded) -> Recorded:
        monkeypatch.setitem(setup_steps.PROFILES, "tried", (recorded.step(),))
        return recorded

    return use


@pytest.fixture
def progress(tmp_path) -> Progress:
    return Progress("a step", log=tmp_path / "setup.log")


def test_a_second_set_up_does_and_says_nothing(tmp_path, profile, capsys) -> None:
    recorded = profile(Recorded())
    set_up(tmp_path, "tried")
    capsys.readouterr()
    set_up(tmp_path, "tried")
    assert recorded.runs == 1
    assert capsys.readouterr().out == ""


def test_changed_inputs_repeat_the_step(tmp_path, profile) -> None:
    recorded = profile(Recorded())
    set_up(tmp_path, "tried")
    recorded.inputs = "2"
    set_up(tmp_path, "tried")
    assert recorded.runs == 2


def test_what_somebody_deleted_is_made_again(tmp_path, profile) -> None:
    recorded = profile(Recorded())
    set_up(tmp_path, "tried")
    recorded.present = False
    set_up(tmp_path, "tried")
    assert recorded.runs == 2


def test_something_optional_that_is_missing_is_tried_again_and_never_called_done(tmp_path, profile, capsys) -> None:
    recorded = profile(Recorded(succeeds=False))
    set_up(tmp_path, "tried")
    assert "tried again" in capsys.readouterr().out
    set_up(tmp_path, "tried")
    assert recorded.runs == 2


def test_an_interrupted_step_runs_again(tmp_path, profile, monkeypatch) -> None:
    recorded = profile(Recorded())
    set_up(tmp_path, "tried")

    def interrupted(_project: Path, _progress: Progress) -> bool:
        raise KeyboardInterrupt

    recorded.inputs = "2"
    monkeypatch.setitem(setup_steps.PROFILES, "tried", (Step("a step", lambda _: "2", lambda _: True, interrupted),))
    with pytest.raises(KeyboardInterrupt):
        set_up(tmp_path, "tried")
    profile(recorded)
    recorded.inputs = "1"
    set_up(tmp_path, "tried")
    assert recorded.runs == 2


class TestProgramsThatAreMissing:
    needed = Program("Needed", ("needed-server", "needed-tools"), lambda: False)
    optional = Program("Optional", ("optional-tool",), lambda: False, without="pages are plainer")

    @pytest.fixture(autouse=True)
    def no_apt_get(self, monkeypatch) -> None:
        monkeypatch.setattr(system_packages.shutil, "which", lambda _name: None)

    def test_the_exact_command_is_named(self, progress) -> None:
        with pytest.raises(ProgramMissingError, match="Needed is missing") as missing:
            system_packages.provide((self.needed,), progress)
        assert "apt-get install --no-install-recommends needed-server needed-tools" in missing.value.hint

    def test_what_is_optional_is_said_loudly_and_does_not_stop_set_up(self, progress, capsys) -> None:
        assert system_packages.provide((self.optional,), progress) is False
        said = capsys.readouterr().out
        assert "pages are plainer" in said
        assert "apt-get install --no-install-recommends optional-tool" in said

    def test_what_is_there_is_not_installed(self, progress) -> None:
        assert system_packages.provide((Program("There", ("there",), lambda: True),), progress) is True


def test_a_command_leaves_its_output_in_the_log_and_its_exit_code(progress) -> None:
    assert progress.run(["sh", "-c", "echo the reason; exit 3"]) == 3
    assert "the reason" in progress.log_tail()


def test_every_step_can_keep_its_stamp(tmp_path) -> None:
    stamps = Stamps(tmp_path)
    for step in {step.name: step for steps in setup_steps.PROFILES.values() for step in steps}.values():
        stamps.remember(step.name, "inputs")
        assert stamps.good(step.name, "inputs"), step.name
