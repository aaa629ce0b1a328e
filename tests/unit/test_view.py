"""A view holds what its parts mean: only what has no parts of its own is a text."""

import typing
from dataclasses import fields

import pytest

from mhgis.view.view import Camera, Other, View

#: names and codes of one word
WORDS = {"dataset", "level", "area", "within", "indicator", "benchmark", "lang", "classes", "shade"}


def test_no_part_of_a_view_is_a_text_that_would_have_to_be_read_again():
    types = typing.get_type_hints(View)
    is_text = {name for name, of in types.items() if of is str or typing.get_origin(of) is typing.Literal}
    assert is_text == WORDS
    assert {field.name for field in fields(View)} == set(types)


def test_views_that_show_the_same_are_one_key_of_a_cache():
    one, other = (View(camera=Camera("104,35,4"), versus=Other("side", "a", "beds", 2015)) for _ in range(2))
    assert one is not other
    assert {one: "kept"}[other] == "kept"
    assert View() not in {one: "kept"}


@pytest.mark.parametrize(
    ("text", "at"),
    [("104.1,35.9,4.25", (104.1, 35.9, 4.25)), ("-12.5,-45,0", (-12.5, -45.0, 0.0)), ("", None), ("1/2/3", None),
     ("104,35", None), ("1,2,3,4", None)],
)  # fmt: skip
def test_a_camera_says_where_it_looks_or_nothing(text, at):
    assert Camera(text).at == at
    assert str(Camera(text)) == text


def test_a_camera_looks_to_some_ten_metres():
    assert str(Camera.to(104.19541, 35.86166, 4.25)) == "104.1954,35.8617,4.250"


@pytest.mark.parametrize("text", ["side,a,beds,2015", "swipe,a,beds,0999", "side,a,beds,2010,,"])
def test_what_is_compared_is_written_as_it_was_read(text):
    assert str(Other.parse(text)) == text


def test_two_texts_of_one_comparison_are_one():
    assert Other.parse("side,a,beds,2010,") == Other("side", "a", "beds", 2010)


@pytest.mark.parametrize(
    "text", ["", "side", "over,a,beds,2015", "side,a,beds,x", "side,a,beds,٢٠١٥", "side,a,beds,1,2"]
)
def test_what_names_no_comparison_is_none(text):
    assert Other.parse(text) is None
