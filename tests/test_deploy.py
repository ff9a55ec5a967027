"""deploy/: what is written there fits together, and fits the program."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import click
import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from pipeline.cli import samflode
from pipeline.metrics import WorkerMetrics, write_textfile
from pipeline.model.report import RunReport, Totals
from tests.builders import NOW

DEPLOY = Path(__file__).parents[1] / "deploy"
KUBERNETES = [
    each for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for each in YAML(typ="safe").load_all(path)
]
COMPOSE = YAML(typ="safe").load(DEPLOY / "compose.yaml")
NAME = re.compile(r"\b(?:samflode|process)_[a-z_]+\b")
#: What a sample of a metric is called beside the metric itself.
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> set[str]:
    """The names of all that a worker or a run tells Prometheus."""
    path = tmp_path_factory.mktemp("metrics") / "samflode.prom"
    totals = Totals(sources=0, failed=0, entries=0, new=0, updated=0, stories=0)
    write_textfile(path, RunReport(started=NOW, finished=NOW, sources=(), totals=totals), {})
    of_a_run = re.findall(r"^# TYPE (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        *of_a_run,
        *(each.name + suffix for each in WorkerMetrics().registry.collect() for suffix in SUFFIXES[each.type]),
    }


def expressions() -> list[str]:
    rules = YAML(typ="safe").load(DEPLOY / "prometheus" / "alerts.yaml")
    dashboard = json.loads((DEPLOY / "grafana" / "samflode.json").read_text(encoding="utf-8"))
    return [
        *(rule["expr"] for group in rules["groups"] for rule in group["rules"]),
        *(target["expr"] for panel in dashboard["panels"] for target in panel["targets"]),
        *(each["query"] for each in dashboard["templating"]["list"]),
    ]


def test_the_dashboard_and_the_alerts_ask_for_what_there_is(told):
    asked = {name for expression in expressions() for name in NAME.findall(expression)}

    assert set() == asked - told
    # And nothing that is told goes unseen.
    assert {"samflode_visits_total", "samflode_schedule_lag_seconds", "samflode_run_visits"} <= asked


def test_every_metric_is_explained_to_operators(told):
    page = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")

    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told if name.startswith("samflode_")}
    assert [] == sorted(name for name in ours if f"`{name}`" not in page and f"`{name}{{" not in page)


def test_parentheses_of_every_expression_match():
    for expression in expressions():
        assert expression.count("(") == expression.count(")")
        assert expression.count("{") == expression.count("}")
        assert expression.count("[") == expression.count("]")


def test_every_alert_says_what_it_means_and_what_to_do():
    rules = YAML(typ="safe").load(DEPLOY / "prometheus" / "alerts.yaml")
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"critical", "warning", "info"}
            assert rule["annotations"]["summary"]
            assert rule["annotations"]["description"]


@pytest.mark.parametrize("each", KUBERNETES, ids=lambda each: f"{each['kind']} {each['metadata']['name']}")
def test_manifests_are_what_kubernetes_takes(each):
    kubernetes_validate.validate(each, "1.31", strict=True)


def containers():
    for each in KUBERNETES:
        if each["kind"] == "Deployment":
            pod = each["spec"]["template"]["spec"]
            for one in pod["containers"]:
                yield pod, one


@pytest.mark.parametrize(("pod", "one"), list(containers()), ids=lambda each: each.get("name"))
def test_pods_have_no_rights_and_write_nowhere_but_in_their_volumes(pod, one):
    assert pod["securityContext"]["runAsNonRoot"]
    assert one["securityContext"]["readOnlyRootFilesystem"]
    assert not one["securityContext"]["allowPrivilegeEscalation"]
    assert ["ALL"] == one["securityContext"]["capabilities"]["drop"]
    assert {each["name"] for each in one["volumeMounts"]} <= {each["name"] for each in pod["volumes"]}


@pytest.mark.parametrize("name", ["worker", "publisher", "web"])
def test_containers_of_compose_have_no_rights_either(name):
    service = COMPOSE["services"][name]

    assert service["read_only"]
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert all(volume.split(":")[0] in COMPOSE["volumes"] or volume.startswith("./") for volume in service["volumes"])
    own = [volume.split(":")[0] for volume in service["volumes"] if volume.startswith("./") and "sources" not in volume]
    assert all((DEPLOY / each).exists() for each in own)


def words_of_samflode():
    for service in COMPOSE["services"].values():
        if service["image"] == "samflode":
            yield service["command"]
    for _, one in containers():
        if one["image"] == "samflode":
            yield one["args"]
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    yield json.loads(text.rpartition("CMD ")[2])
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        yield parsed(unit)["Service"]["ExecStart"].replace("%i", "9464").split()[1:]


def parsed(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(unit, encoding="utf-8")
    return parser


@pytest.mark.parametrize("words", list(words_of_samflode()), ids=" ".join)
def test_what_is_started_is_a_command_with_options_that_it_takes(words):
    command = samflode.commands[words[0]]

    context = command.make_context(words[0], [str(each) for each in words[1:]])
    assert isinstance(context, click.Context)


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda each: each.name)
def test_units_are_units(unit):
    """And those of operations.md are the same."""
    sections = parsed(unit).sections()

    assert "Unit" in sections
    assert {"Service", "Timer"} & set(sections)


def test_the_image_is_nobodys_and_is_made_from_what_is_pinned():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")

    assert "\nUSER 65532:65532\n" in text
    assert 2 == text.count("--constraint constraints.txt")
    assert all(
        (DEPLOY.parent / name).exists()
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE)
        for name in line.split()
    )
