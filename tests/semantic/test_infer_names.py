"""Words in names: they choose labels and synonyms."""

from __future__ import annotations

import pytest

from goal_semantics.infer.names import free, plural, row_word, safe, said_in_full, singular, spoken


@pytest.mark.parametrize(
    ("name", "said"),
    [("dep_delay", "dep delay"), ("StuID", "stu id"), ("customerName", "customer name"), ("COUNTRY_ID", "country id"),
     ("HTTPStatus2xx", "http status 2 xx"), ("Total Sales (CHF)", "total sales chf"), ("q1", "q 1"), ("größe", "größe")],
)  # fmt: skip
def test_names_are_split(name, said):
    assert spoken(name) == said


@pytest.mark.parametrize(
    ("many", "one"),
    [("flights", "flight"), ("categories", "category"), ("boxes", "box"), ("addresses", "address"), ("people", "person"),
     ("movies", "movie"), ("classes", "class"), ("branches", "branch"), ("courses", "course"), ("days", "day")],
)  # fmt: skip
def test_one_of_several_and_back(many, one):
    assert singular(many) == one
    assert plural(one) == many


@pytest.mark.parametrize("word", ["status", "series", "weather", "bus", "news", "gas", "is"])
def test_words_that_only_look_like_plurals(word):
    assert singular(word) == word


@pytest.mark.parametrize(
    ("table", "row"),
    [("order_items", "order item"), ("dim_customers", "customer"), ("Employees", "employee"), ("fact", "fact")],
)
def test_what_one_row_is(table, row):
    assert row_word(table) == row


def test_abbreviations_are_said_in_full():
    assert said_in_full("dep_delay") == "departure delay"


@pytest.mark.parametrize(("column", "name"), [("total", "total"), ("a.b", "a_b"), ("Total Sales", "total_sales"), (" x ", "x"), ("%", "column"), ("2nd", "2_nd")])  # fmt: skip
def test_field_names_can_stand_in_a_path(column, name):
    assert safe(column) == name


def test_a_taken_name_gets_a_number():
    assert free("Id", ["id", "id_2"]) == "Id_3"
