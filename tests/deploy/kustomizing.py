"""Builds our kustomizations as far as they use kustomize: resources, generators, images, namespaces, JSON patches.

kustomize itself is no package of ours; what this does not know it refuses, so that nothing passes unread.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_KNOWN = {"apiVersion", "kind", "labels", "resources", "configMapGenerator", "namespace", "images", "patches"}
_CLUSTER_WIDE = {"Namespace"}


def build(folder: Path) -> list[dict[str, Any]]:
    """Return the objects of a kustomization."""
    told = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert not told.keys() - _KNOWN, told.keys() - _KNOWN
    objects = copy.deepcopy([*_resources(folder, told), *_generated(folder, told)])
    for one in objects:
        _label(one, told.get("labels", ()))
        if "namespace" in told and one["kind"] not in _CLUSTER_WIDE:
            one["metadata"]["namespace"] = told["namespace"]
    _patch(objects, told)
    for image in told.get("images", ()):
        _rename(objects, image)
    return objects


def _resources(folder: Path, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in told["resources"]:
        path = (folder / resource).resolve()
        yield from build(path) if path.is_dir() else filter(None, yaml.safe_load_all(path.read_text()))


def _generated(folder: Path, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for generated in told.get("configMapGenerator", ()):
        data = {Path(file).name: (folder / file).read_text() for file in generated["files"]}
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generated["name"]}, "data": data}


def _patch(objects: list[dict[str, Any]], told: dict[str, Any]) -> None:
    for patch in told.get("patches", ()):
        matched = [one for one in objects if _matches(one, patch["target"])]
        assert matched, f"nothing is patched by {patch['target']}"
        for one in matched:
            for step in yaml.safe_load(patch["patch"]):
                _apply(one, step)


def _label(one: dict[str, Any], labels: Any) -> None:
    for label in labels:
        places = [one["metadata"]]
        if label.get("includeTemplates") and "template" in one.get("spec", {}):
            places.append(one["spec"]["template"]["metadata"])
        for place in places:
            place.setdefault("labels", {}).update(label["pairs"])


def _matches(one: dict[str, Any], target: dict[str, str]) -> bool:
    name, _, value = target.get("labelSelector", "").partition("=")
    return (
        one["kind"] == target["kind"]
        and target.get("name", one["metadata"]["name"]) == one["metadata"]["name"]
        and (not name or one["metadata"].get("labels", {}).get(name) == value)
    )


def _apply(one: dict[str, Any], step: dict[str, Any]) -> None:
    """Apply a step of a JSON patch (RFC 6902): replace and remove need what is there, as kustomize has it."""
    *way, last = [int(part) if part.isdigit() else part for part in step["path"].strip("/").split("/")]
    at: Any = one
    for part in way:
        at = at[part]
    if step["op"] == "remove":
        del at[last]
    else:
        assert step["op"] == "add" or last in at, step
        at[last] = step["value"]


def _rename(objects: list[dict[str, Any]], image: dict[str, str]) -> None:
    for one in objects:
        for container in one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()):
            if container["image"].rpartition(":")[0] == image["name"]:
                container["image"] = f"{image['newName']}:{image['newTag']}"
