"""Kubernetes manifests against Kubernetes' own schemas, and what the schemas do not say."""

import re
import shutil

import kubernetes_validate
import pytest
import yaml

from tests.deploy.files import DEPLOY, SERVICES, run
from tests.deploy.kustomizing import build

FOLDER = DEPLOY / "kubernetes"
PLACES = ("base", "overlays/staging", "overlays/production")
#: Oldest and newest version that we speak of; the base is held against the oldest, what is installed against the newest.
OLDEST, NEWEST = "1.29", "1.34"


@pytest.fixture(scope="module", params=PLACES)
def place(request):
    return request.param


@pytest.fixture(scope="module")
def objects(place):
    return build(FOLDER / place)


def _pods(objects):
    return [(one["metadata"]["name"], one["spec"]["template"]) for one in objects if one["kind"] == "Deployment"]


def test_kubernetes_has_a_place_for_every_field(place, objects):
    for one in objects:
        kubernetes_validate.validate(one, OLDEST if place == "base" else NEWEST, strict=True)


def test_a_field_in_the_wrong_place_would_be_noticed(objects):
    broken = dict(next(one for one in objects if one["kind"] == "Deployment"), replicas=2)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, NEWEST, strict=True)


def test_every_file_of_the_base_is_used():
    told = yaml.safe_load((FOLDER / "base/kustomization.yaml").read_text())
    assert {path.name for path in (FOLDER / "base").iterdir()} == {*told["resources"], "kustomization.yaml"}


def test_every_pod_is_hardened(objects):
    for name, pod in _pods(objects):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert set(container["resources"]) == {"requests", "limits"}
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
            assert "latest" not in container["image"]
            assert ":" in container["image"]


def test_a_pod_has_time_to_drain(objects):
    for _, pod in _pods(objects):
        assert pod["spec"]["terminationGracePeriodSeconds"] >= 5 + 20 + 2


def test_every_service_has_what_it_needs(objects):
    kinds = {(one["kind"], one["metadata"]["name"]) for one in objects}
    for name in (*SERVICES, "nginx"):
        assert {(kind, name) for kind in ("Deployment", "Service", "PodDisruptionBudget", "ServiceAccount")} <= kinds
    for name, pod in _pods(objects):
        for volume in pod["spec"]["volumes"]:
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in kinds
        for container in pod["spec"]["containers"]:
            for source in container.get("envFrom", ()):
                assert ("ConfigMap", source["configMapRef"]["name"]) in kinds, name


def test_no_secret_stands_in_the_manifests(objects):
    assert not [one for one in objects if one["kind"] == "Secret"]
    for _, pod in _pods(objects):
        for container in pod["spec"]["containers"]:
            for variable in container.get("env", ()):
                mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
                assert any(variable["value"].startswith(path + "/") for path in mounts), variable


def test_nobody_speaks_to_anybody_unless_named(objects):
    policies = {one["metadata"]["name"]: one["spec"] for one in objects if one["kind"] == "NetworkPolicy"}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for service in SERVICES:
        (rule,) = policies[f"{service}-database"]["egress"]
        (to,) = rule["to"]
        assert to["podSelector"]["matchLabels"]["app.kubernetes.io/instance"] == service


def test_selectors_find_their_pods(objects):
    for one in objects:
        if one["kind"] in ("Service", "Deployment", "PodDisruptionBudget"):
            selector = one["spec"]["selector"]
            wanted = selector.get("matchLabels", selector)
            found = [name for name, pod in _pods(objects) if wanted.items() <= pod["metadata"]["labels"].items()]
            assert found == [one["metadata"]["name"]]


def test_the_overlays_differ_where_they_should():
    staging, production = (build(FOLDER / place) for place in PLACES[1:])
    assert {one["metadata"].get("namespace", "oversight") for one in production} == {"oversight"}
    replicas = [
        [one["spec"]["replicas"] for one in each if one["kind"] == "Deployment"] for each in (staging, production)
    ]
    assert replicas == [[1] * 5, [3, 3, 3, 3, 2]]
    images = {pod["spec"]["containers"][0]["image"] for _, pod in _pods(production)}
    assert "registry.example.gov.vn/oversight:0.1.0" in images


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine; kustomizing.py builds instead")
@pytest.mark.parametrize("place", PLACES)
def test_kustomize_itself_builds_the_same(place):
    said = run("kubectl", "kustomize", "--load-restrictor=LoadRestrictionsNone", FOLDER / place)
    # What is generated gets a digest of its content behind its name.
    named = re.sub(r"\bnginx-[0-9a-z]{10}\b", "nginx", said)
    assert _by_name(yaml.safe_load_all(named)) == _by_name(build(FOLDER / place))


def _by_name(objects):
    return {(one["kind"], one["metadata"]["name"]): one for one in objects}
