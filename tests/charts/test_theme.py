"""The palette can be told apart by everyone, on light and on dark."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from jupyter_goal.charts._drawing import COLOURS, NEUTRAL
from jupyter_goal.charts._theme import Look, theme

# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
LOOKS = {"light": theme().light, "dark": theme().dark}
SEEN_APART = 0.06  # OKLab; 0.02 is just noticeable
FIRST_APART = 0.085


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    to_lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    to_lab = np.array([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]])  # fmt: skip
    return to_lab @ np.cbrt(to_lms @ np.clip(rgb, 0, 1))


def distance(one: str, other: str, vision: str) -> float:
    seen = [oklab(VISION[vision] @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_every_colour_stands_out_from_every_background(look: Look):
    backgrounds = {*look.backgrounds, "#ffffff", "#111111", "#212121"}
    for colour in (*look.series, look.neutral):
        for background in backgrounds:
            assert contrast(colour, background) >= 3, (colour, background)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_writing_can_be_read(look: Look):
    for background in look.backgrounds:
        assert contrast(look.text, background) >= 7
        assert contrast(look.muted, background) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_colours_are_told_apart_with_every_kind_of_vision(look: Look, vision: str):
    for one, other in itertools.combinations(look.series, 2):
        assert distance(one, other, vision) >= SEEN_APART, (one, other)
    for one, other in itertools.combinations(look.series[:4], 2):
        assert distance(one, other, vision) >= FIRST_APART, (one, other)


def test_slots():
    look = theme().light
    assert len(look.series) == len(theme().dark.series) == COLOURS
    assert look.colour(NEUTRAL) == look.neutral
    assert look.colour(COLOURS) == look.colour(0)
