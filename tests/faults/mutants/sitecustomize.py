"""Breaks one promise of the system on purpose, in every process that has this directory on its PYTHONPATH.

Python imports a module of this name at its start. It changes nothing by itself: when the module that keeps the promise
named by OVERSIGHT_MUTANT is imported, one function of it is replaced. The file OVERSIGHT_MUTANT_MARK tells that it was.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import time
from pathlib import Path


def ack_before_commit(module):
    """Messages are acknowledged as they come, not after the commit of what they brought."""
    take = module.Subscription._take

    def taken(self, assembly, message):
        take(self, assembly, message)
        self._link.acknowledge(message.delivery_info["delivery_tag"])

    module.Subscription._take = taken
    module.Subscription._acknowledge = lambda _self, _tag: None


def cursor_before_confirm(module):
    """The relay counts a window as safe whatever the broker answers."""
    module.ConfirmTracker.confirmed_prefix = lambda _self, _first, last: last


def no_mandatory(module):
    """What no queue takes is confirmed and forgotten."""
    module.KIND_EVENTS = "nothing has this kind"


def no_duplicate_check(module):
    """Intake never looks whether an event is in the log already."""
    module._Batch._settle_known = lambda _self: None


def no_fence(module):
    """A checkpoint moves although another worker has moved it."""

    guarded = module._MOVE
    module._MOVE = guarded.replace("position = ? AND epoch = ?", "position + ? IS NOT NULL AND epoch || ? IS NOT NULL")
    assert guarded != module._MOVE


def bare_sequence_reader(module):
    """A reader takes whatever positions it finds and skips the holes."""

    def read(connection, service, partition, after, limit):
        rows = module.bulk.fetch_rows(connection, module._PAGE, [partition, after, limit])
        return [module.RecordedEvent.of_row(service, row) for row in rows]

    module.read = read


def effect_before_checkpoint(module):
    """The effect and the checkpoint are two transactions."""

    def committed(self, known, events):
        derived = self.database.write(lambda connection: self.consumer.apply(connection, events))
        time.sleep(1.0)
        last = events[-1]
        self.database.write(lambda connection: module.put_derived(connection, derived))
        return self.database.write(
            lambda connection: module.move_checkpoint(connection, known, last.position, last.recorded_at)
        )

    module.Applier._commit = committed


def answer_before_commit(module):
    """The pusher is told `accepted` a moment before the commit."""

    def served(self, group):
        items = [item for request in group for item in request.items]
        undecided = [item for item in items if item.status is None]
        for item in undecided:
            item.status, item.position = "accepted", 0
        for request in group:
            request.done.set()
        time.sleep(0.3)
        for item in undecided:
            item.status, item.position = None, None
        self._commit(items)

    module.Committer._serve = served


MUTANTS = {
    "ack_before_commit": ("shared.messaging.batch_subscription", ack_before_commit),
    "cursor_before_confirm": ("shared.messaging.confirms", cursor_before_confirm),
    "no_mandatory": ("shared.messaging.confirms", no_mandatory),
    "no_duplicate_check": ("shared.intake.acceptance", no_duplicate_check),
    "no_fence": ("shared.messaging.checkpoint", no_fence),
    "bare_sequence_reader": ("shared.eventstore.log", bare_sequence_reader),
    "effect_before_checkpoint": ("shared.messaging.applying", effect_before_checkpoint),
    "answer_before_commit": ("shared.intake.committer", answer_before_commit),
}


class _Breaker(importlib.abc.MetaPathFinder):
    """Finds one module and breaks it after it has been executed."""

    def __init__(self, name, damage):
        self._name = name
        self._damage = damage

    def find_spec(self, fullname, path, target=None):
        if fullname != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            self._damage(module)
            Path(os.environ["OVERSIGHT_MUTANT_MARK"]).touch()

        spec.loader.exec_module = exec_module
        return spec


if os.environ.get("OVERSIGHT_MUTANT"):
    sys.meta_path.insert(0, _Breaker(*MUTANTS[os.environ["OVERSIGHT_MUTANT"]]))
