"""Can every two colours that mean different things be told apart, by everyone? Computed with CIEDE2000."""

import itertools
import math
from typing import get_args

import numpy as np
import pytest
from colorspacious import cspace_convert

from mhgis.errors import UnknownChoiceError
from mhgis.figures import palette
from mhgis.measures.clusters import Cluster

#: no zero is told on a map of how likely
STATUSES_BESIDE_CHANCES = (palette.NOT_REPORTED, palette.SUPPRESSED, palette.NOT_APPLICABLE, palette.CANNOT_TELL)

SIGHTS = (None, "protanomaly", "deuteranomaly", "tritanomaly")  # at severity 100: -anopia

# (L, a, b), (L, a, b), Delta-E: test data of Sharma, Wu and Dalal (2005), "The CIEDE2000 color-difference formula"
SHARMA = [
    ((50.0000, 2.6772, -79.7751), (50.0000, 0.0000, -82.7485), 2.0425),
    ((50.0000, 3.1571, -77.2803), (50.0000, 0.0000, -82.7485), 2.8615),
    ((50.0000, 2.8361, -74.0200), (50.0000, 0.0000, -82.7485), 3.4412),
    ((50.0000, -1.3802, -84.2814), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, 0.0000, 0.0000), (50.0000, -1.0000, 2.0000), 2.3669),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0009), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0011), 7.2195),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0009, -2.4900), 4.8045),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0011, -2.4900), 4.7461),
    ((50.0000, 2.5000, 0.0000), (73.0000, 25.0000, -18.0000), 27.1492),
    ((50.0000, 2.5000, 0.0000), (61.0000, -5.0000, 29.0000), 22.8977),
    ((50.0000, 2.5000, 0.0000), (58.0000, 24.0000, 15.0000), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def delta_e(one, two):
    """CIEDE2000 of two CIELab colours, after the steps of Sharma et al. (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    c_mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1 + (1 - math.sqrt(c_mean**7 / (c_mean**7 + 25**7))) / 2
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if c1 * c2 == 0:
        h_mean = h1 + h2
    elif abs(h1 - h2) <= 180:
        h_mean = (h1 + h2) / 2
    else:
        h_mean = (h1 + h2 + 360) / 2 % 360
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 + sum(
        weight * math.cos(math.radians(times * h_mean + shift))
        for weight, times, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    rotation = -math.sin(math.radians(60 * math.exp(-(((h_mean - 275) / 25) ** 2)))) * (
        2 * math.sqrt(c_mean**7 / (c_mean**7 + 25**7))
    )
    d_l, d_c = (l2 - l1) / s_l, (c2 - c1) / s_c
    d_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / s_h
    return math.sqrt(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h)


def seen(colour, sight):
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    if sight:
        rgb = cspace_convert(rgb, {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100}, "sRGB1").clip(0, 1)
    return cspace_convert(rgb, "sRGB1", "CIELab")


def too_close(colours):
    return [
        (one, two, sight, round(delta_e(seen(one, sight), seen(two, sight)), 1))
        for one, two in itertools.combinations(colours, 2)
        for sight in SIGHTS
        if delta_e(seen(one, sight), seen(two, sight)) < palette.MIN_DISTANCE
    ]


@pytest.mark.parametrize(("one", "two", "expected"), SHARMA)
def test_the_formula_gives_the_published_distances(one, two, expected):
    assert delta_e(one, two) == pytest.approx(expected, abs=5e-5)
    assert delta_e(two, one) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("scale", "k"),
    [(name, k) for name, sets in palette._SCALES.items() for k in sets],
)
def test_classes_and_statuses_can_all_be_told_apart(scale, k):
    classes = palette.colours(scale, k)
    assert len(classes) == k
    assert too_close([*classes, *palette.STATUS_COLOURS.values(), palette.ZERO_OF_A_LACK]) == []


def test_clusters_can_all_be_told_apart():
    assert set(palette.CLUSTERS) == set(get_args(Cluster))
    assert too_close([*palette.CLUSTERS.values(), palette.NOT_APPLICABLE]) == []


def test_how_likely_a_model_has_a_gap_is_told_in_colours_that_no_counted_figure_wears():
    assert too_close([*palette.CHANCES, *STATUSES_BESIDE_CHANCES]) == []
    counted = {colour for sets in palette._SCALES.values() for colours in sets.values() for colour in colours}
    distances = [
        delta_e(seen(one, None), seen(two, None)) for one in palette.CHANCES for two in counted | {palette.ZERO}
    ]
    assert min(distances) >= palette.MIN_DISTANCE


def test_two_blues_a_step_too_near_are_caught():
    # seven steps of one blue leave too little between them: this is why the scale stops at six
    assert too_close(["#C9DFF0", "#B4D2EA"]) != []


def test_red_and_green_of_one_lightness_are_caught_for_colour_blind_readers_only():
    close = too_close(["#B86A00", "#6F8A00"])
    assert {sight for _, _, sight, _ in close} <= {"protanomaly", "deuteranomaly"}
    assert close != []


@pytest.mark.parametrize("ground", [palette.PAGE, palette.PANEL])
@pytest.mark.parametrize("text", [palette.INK, palette.SECONDARY, palette.ACCENT])
def test_text_has_the_contrast_wcag_asks_of_small_type(text, ground):
    assert contrast(text, ground) >= 4.5


def test_the_badge_of_modelled_data_is_readable():
    assert contrast(palette.MODELLED_TEXT, palette.MODELLED_GROUND) >= 4.5


def contrast(one, two):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def test_an_untested_number_of_classes_is_refused():
    with pytest.raises(UnknownChoiceError, match="not for 7"):
        palette.colours("sequential", 7)
    assert palette.largest("sequential") == 6
