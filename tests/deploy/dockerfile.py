"""Reads a Dockerfile: its instructions by stage. Enough of the language for ours; what it does not know it refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KNOWN = {
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "RUN",
    "STOPSIGNAL",
    "USER",
    "WORKDIR",
}


@dataclass(frozen=True)
class Instruction:
    """One instruction, its continuation lines joined."""

    name: str
    #: What follows, without flags.
    text: str
    #: Flags such as `from`, by name.
    flags: dict[str, str]


@dataclass
class Stage:
    """What stands between one FROM and the next."""

    image: str
    alias: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        """Return the instructions of a name."""
        return [one for one in self.instructions if one.name == name]


def parse(text: str) -> list[Stage]:
    """Return the stages, ARGs of the head filled in.

    Raises:
        ValueError: an instruction that is not known here, or one before the first FROM that is no ARG.
    """
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for one in _instructions(text):
        if one.name == "FROM":
            image, _, alias = re.sub(r"\$\{(\w+)\}", lambda m: arguments[m[1]], one.text).partition(" AS ")
            stages.append(Stage(image.strip(), alias.strip()))
        elif not stages and one.name == "ARG":
            name, _, value = one.text.partition("=")
            arguments[name] = value
        elif not stages:
            raise ValueError(f"{one.name} before the first FROM")
        else:
            stages[-1].instructions.append(one)
    return stages


def _instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = []
    for whole in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        name, _, rest = whole.strip().partition(" ")
        if name not in KNOWN:
            raise ValueError(f"{name} is not known")
        flags: dict[str, str] = {}
        while (flag := re.match(r"\s*--([a-z-]+)=(\S+)\s+", rest)) and name != "RUN":
            flags[flag[1]] = flag[2]
            rest = rest[flag.end() :]
        found.append(Instruction(name, rest.strip(), flags))
    return found
