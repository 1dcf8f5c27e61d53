"""Random catalogs: facts and dimensions, chains of up to three steps, two roles of one dimension, a fact that points at another."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from goal_semantics.model import Bridge, Calendar, Dataset, DataType, Field, Relationship, Validity
from tests.semantic.oracle import author
from tests.semantic.oracle.author import Sql

TIMES: list[DataType] = ["date", "timestamp", "timestamp_tz"]
COLUMNS: dict[str, dict[str, DataType]] = {
    "sales": {"sale_id": "integer", "sent": "date", "kind": "string", "flag": "boolean", "qty": "integer", "big": "integer",
              "amount": "decimal", "weight": "float"},
    "returns": {"return_id": "integer", "why": "string", "pieces": "integer", "refund": "decimal"},
    "shops": {"shop_id": "integer", "name": "string", "size": "integer", "since": "date"},
    "towns": {"town_id": "integer", "name": "string", "area": "decimal"},
    "lands": {"land_id": "integer", "name": "string", "warm": "boolean"},
    "tiers": {"tier_row": "integer", "tier_id": "integer", "name": "string", "level": "integer", "since": "date", "until": "date"},
    "tags": {"tag_id": "integer", "name": "string"},
    "sale_tags": {"sale_tag_id": "integer", "sale_id": "integer", "tag_id": "integer", "weight": "float"},
}  # fmt: skip
KEYS = {"sales": "sale_id", "returns": "return_id", "shops": "shop_id", "towns": "town_id", "lands": "land_id",
        "tiers": "tier_row", "tags": "tag_id", "sale_tags": "sale_tag_id"}  # fmt: skip
OWN_TIMES = {"sales": "sold", "returns": "back"}
STEPS = [
    ("shop", "sales", "shops"), ("origin", "sales", "towns"), ("target", "sales", "towns"), ("town", "shops", "towns"),
    ("land", "towns", "lands"), ("shop", "returns", "shops"), ("sale", "returns", "sales"), ("land", "shops", "lands"),
    ("tier", "sales", "tiers"),
]  # fmt: skip
COMPUTED: dict[str, dict[str, tuple[DataType, Sql]]] = {
    "sales": {
        "net": ("decimal", author.minus(author.name("amount"), author.constant(1))),
        "label": ("string", author.coalesce(author.name("kind"), author.constant("none"))),
        "large": ("boolean", author.more(author.name("qty"), author.constant(2))),
        "place": ("string", author.coalesce(author.name("shop.name"), author.name("kind"))),
    },
    "shops": {
        "here": ("string", author.constant("yes")),
        "sort": ("string", author.when(author.more(author.name("size"), author.constant(1)), author.constant("big"), author.constant("small"))),
    },
    "towns": {"shout": ("string", author.upper(author.name("name")))},
}  # fmt: skip


@st.composite
def shapes(draw: st.DrawFn) -> tuple[tuple[Dataset, ...], tuple[Relationship, ...], dict[str, Sql]]:
    """Datasets, relationships, and the author SQL of fields by its text."""
    names = ["sales", *draw(st.sets(st.sampled_from(["returns", "shops", "towns", "lands"]), min_size=1, max_size=3))]
    if draw(st.integers(0, 2)) == 0:
        names += draw(st.sampled_from([["tiers"], ["tags", "sale_tags"]]))
    steps = [each for each in STEPS if each[1] in names and each[2] in names and draw(st.integers(0, 4)) > 0]
    texts, datasets = dict[str, Sql](), list[Dataset]()
    for name in sorted(set(names), key=list(COLUMNS).index):
        own = OWN_TIMES.get(name)
        fields = [Field(name=own, type=draw(st.sampled_from(TIMES)), role="time")] if own else []
        fields += [Field(name=column, type=kind) for column, kind in COLUMNS[name].items()]
        fields += [Field(name=f"{step}_id", type="integer") for step, source, _ in steps if source == name]
        for column, (kind, sql) in COMPUTED.get(name, {}).items():
            if "." not in sql.text or ("shop", "sales", "shops") in steps:
                fields.append(Field(name=column, type=kind, expression=sql.text))
                texts[sql.text] = sql
        extra: dict[str, Any] = {"primary_key": (KEYS[name],), "fields": tuple(fields), "default_time": own}
        extra |= {"unique_keys": (("tier_id", "since"),)} if name == "tiers" else {}
        datasets.append(Dataset(name=name, source=name, **extra))
    relationships = [
        Relationship(name=step, from_dataset=source, to_dataset=target, from_fields=(f"{step}_id",), to_fields=(KEYS[target],))
        for step, source, target in steps if step != "tier"
    ]  # fmt: skip
    if any(step == "tier" for step, _, _ in steps):
        relationships.append(draw(_VERSIONS))
    if "tags" in names:
        relationships.append(draw(_BRIDGES))
    return tuple(datasets), tuple(relationships), texts


_VERSIONS = st.builds(
    lambda time, inclusive: Relationship(
        name="tier", from_dataset="sales", to_dataset="tiers", from_fields=("tier_id",), to_fields=("tier_id",),
        validity=Validity(time=time, valid_from="since", valid_to="until", inclusive=inclusive),
    ),
    st.sampled_from(["sold", "sent"]), st.booleans(),
)  # fmt: skip
_BRIDGES = st.builds(
    lambda allocate: Relationship(
        name="tag", from_dataset="sales", to_dataset="tags", from_fields=("sale_id",), to_fields=("tag_id",),
        bridge=Bridge(dataset="sale_tags", near=("sale_id",), far=("tag_id",), allocate=allocate),
    ),
    st.sampled_from(["weight", "full"]),
)  # fmt: skip
CALENDARS = st.builds(
    Calendar,
    time_zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
    week_start=st.sampled_from(["monday", "sunday", "saturday"]),
    fiscal_year_start=st.sampled_from([1, 2, 4, 10]),
)
