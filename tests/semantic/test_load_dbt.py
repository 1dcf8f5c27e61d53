"""dbt manifests of both forms: what they mean as a catalog, what is said about what they cannot mean."""

from __future__ import annotations

import json

import pytest

from goal_semantics.errors import CatalogError
from goal_semantics.load import Source, locate, native
from goal_semantics.load.dbt import open_project, read
from goal_semantics.resolve import validate
from tests.semantic.dbt_manifest import CUSTOMERS, ORDERS, SPINE, legacy, project, recent

DERIVED = {
    "name": "per_buyer", "type": "derived",
    "type_params": {"expr": "revenue / buyers", "metrics": [{"name": "revenue"}, {"name": "buyers"}]},
}  # fmt: skip


def simple(name: str, measure: object, **more: object) -> dict[str, object]:
    return {"name": name, "type": "simple", "type_params": {"measure": measure}, **more}


def problems(manifest: object) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        read(Source(json.dumps(manifest, indent=1), "m.json"))
    return [str(issue) for issue in caught.value.issues]


def test_both_forms_are_one_catalog():
    old, new = project(legacy(DERIVED)).catalog, project(recent(DERIVED)).catalog
    assert old.datasets == new.datasets
    assert old.relationships == new.relationships
    assert {each.name: each.spec for each in old.metrics} == {each.name: each.spec for each in new.metrics}


def test_nothing_is_wrong_with_the_catalog_and_nothing_is_left_out():
    for manifest in (legacy(DERIVED), recent(DERIVED)):
        loaded = project(manifest)
        assert list(loaded.notes) == []
        assert list(locate(validate(loaded.catalog), loaded.places)) == []


def test_entities_are_keys_and_relationships():
    catalog = project(legacy()).catalog
    steps = {(each.from_dataset, each.name, each.to_dataset, each.from_fields) for each in catalog.relationships}
    assert ("orders", "customer", "customers", ("customer",)) in steps
    assert ("customers", "city", "cities", ("city",)) in steps
    orders = catalog.dataset["orders"]
    assert (orders.by_name["customer"].entity, orders.primary_key) == ("customer", ("order_id",))


def test_a_model_that_two_others_share_an_entity_with_is_named_in_the_step():
    twin = CUSTOMERS | {"name": "customers_again", "dimensions": [{"name": "rank", "type": "categorical"}]}
    manifest = legacy()
    manifest["semantic_models"].append(twin)
    names = {each.name for each in project(manifest).catalog.relationships if each.from_dataset == "orders"}
    assert {"customer_customers", "customer_customers_again"} <= names


def test_a_dimension_does_not_hide_the_column_that_a_measure_means():
    orders = ORDERS | {
        "dimensions": [*ORDERS["dimensions"], {"name": "amount", "type": "categorical", "expr": "amount > 5"}],  # type: ignore[misc]
        "measures": [{"name": "revenue", "agg": "sum", "expr": "amount", "create_metric": True}],
    }
    catalog = project({"semantic_models": [orders], "metrics": []}).catalog
    spec = catalog.metric["revenue"].spec
    assert spec.expression.text == '"amount_column"'  # type: ignore[attr-defined]
    own = catalog.dataset["orders"].by_name["amount_column"]
    assert own.expression is not None
    assert own.expression.text == "amount"


def test_names_may_key_the_models_and_metrics():
    manifest = legacy(DERIVED)
    keyed = manifest | {
        "semantic_models": {each["name"]: each for each in manifest["semantic_models"]},
        "metrics": {each["name"]: each for each in manifest["metrics"]},
    }
    assert project(keyed).catalog == project(manifest).catalog


def test_everything_that_is_wrong_is_said_at_once_with_its_line():
    orders = ORDERS | {"measures": [{"name": "revenue", "agg": "total", "exp": "amount"}]}
    wrong = {"semantic_models": [orders], "metrics": [simple("x", "revenue", kind="simple")], "metric": []}
    found = problems(wrong)
    text = json.dumps(wrong, indent=1).splitlines()
    line = next(at for at, each in enumerate(text, start=1) if '"exp"' in each)
    assert any(
        f"m.json:{line}:6: semantic_models.orders.measures.revenue.exp: unknown key “exp”" in each for each in found
    )
    assert any("did you mean" in each.lower() and "expr" in each for each in found)
    assert any("metrics.x.kind" in each for each in found)
    assert any("unknown key “metric”" in each for each in found)
    assert any("measures.revenue.agg" in each and "“total”" in each for each in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"semantic_models": [,]}', 1), ('{\n"semantic_models": [\n{"name": }]}', 3), ("[1, 2]", 1), ("{}", 1),
     ('{"semantic_models": []}', 1), ("{" * 3000, 1)],
)  # fmt: skip
def test_what_is_no_manifest_is_told_with_its_line(text: str, line: int):
    with pytest.raises(CatalogError) as caught:
        read(Source(text, "m.json"))
    [first, *_] = caught.value.issues
    assert first.place is not None
    assert (first.place.file, first.place.line) == ("m.json", line)


def test_a_name_that_is_taken_twice():
    found = problems(legacy(DERIVED, DERIVED))
    assert any("the name “per_buyer” is taken" in each for each in found)


def test_metrics_that_cannot_be_carried_are_notes_and_so_are_those_made_of_them():
    season = {"name": "a_season_ago", "type": "derived", "type_params": {
        "expr": "then", "metrics": [{"name": "revenue", "offset_window": "1 season", "alias": "then"}]}}  # fmt: skip
    twice = {
        "name": "twice",
        "type": "derived",
        "type_params": {"expr": "2 * a_season_ago", "metrics": [{"name": "a_season_ago"}]},
    }
    ring = {"name": "ring", "type": "derived", "type_params": {"expr": "ring", "metrics": [{"name": "ring"}]}}
    nowhere = simple("nowhere", "revenu")
    loaded = project(legacy(season, twice, ring, nowhere))
    notes = {each.path: each for each in loaded.notes}
    assert set(notes) == {"metrics.a_season_ago", "metrics.twice", "metrics.ring", "metrics.nowhere"}
    assert "season" in notes["metrics.a_season_ago"].message
    assert all(each.place is not None and each.severity == "warning" for each in loaded.notes)
    assert not set(loaded.catalog.metric) & {"a_season_ago", "twice", "ring", "nowhere"}
    assert "revenue" in loaded.catalog.metric


def test_filters_are_driven_to_the_rows_and_shared():
    ratio = {"name": "online_share", "type": "ratio", "type_params": {
        "numerator": {"name": "revenue", "filter": "{{ Dimension('order_id__online') }}"}, "denominator": "revenue"}}  # fmt: skip
    same = simple("online_revenue", {"name": "revenue", "filter": "{{ Dimension('order_id__online') }}"})
    catalog = project(legacy(ratio, same)).catalog
    narrowed = [each for each in catalog.metrics if getattr(each.spec, "filter", None)]
    assert {each.name: each.spec.filter.text for each in narrowed} == {  # type: ignore[attr-defined]
        "revenue_narrowed": '"online"', "online_revenue": '"online"',
    }  # fmt: skip
    assert next(each for each in narrowed if each.name == "revenue_narrowed").hidden


def test_the_time_spine_is_a_dataset_of_the_calendar():
    catalog = project(legacy()).catalog
    assert catalog.calendar.spines == ("days.day",)
    assert catalog.dataset["days"].hidden
    oldest = legacy()
    oldest["project_configuration"] = {
        "time_spine_table_configurations": [{"location": "main.days", "column_name": "day", "grain": "DAY"}],
        "dsi_package_version": {"major_version": "0"}, "time_spines": [], "metadata": None,
    }  # fmt: skip
    assert project(oldest).catalog.calendar.spines == ("days.day",)


def test_the_configuration_may_be_in_a_text_of_its_own():
    manifest = legacy()
    del manifest["project_configuration"]
    spine = Source(json.dumps({"project_configuration": {"time_spines": [SPINE]}}), "spines.json")
    assert open_project(Source(json.dumps(manifest)), spine).catalog == project(legacy()).catalog


def test_the_catalog_can_be_written_and_read_as_yaml():
    loyal = simple("loyal", "revenue", filter="{{ Metric('orders', ['customer']) }} > 2")
    before = {"name": "before", "type": "derived", "type_params": {
        "expr": "revenue - earlier", "metrics": ["revenue", {"name": "revenue", "offset_window": "2 weeks", "alias": "earlier"}]}}  # fmt: skip
    total = {"name": "total", "type": "cumulative", "type_params": {
        "measure": {"name": "revenue", "fill_nulls_with": 0, "join_to_timespine": True}, "window": "1 month"}}  # fmt: skip
    loaded = project(legacy(DERIVED, loyal, before, total))
    assert list(loaded.notes) == []
    assert native.load(native.dump(loaded.catalog)) == loaded.catalog
