"""Every action unit moves the part of the face that FACS says it moves, and the evidence masks show it."""

from __future__ import annotations

import numpy as np
import pytest

from generator.faces import AUS, CLASSES, EVIDENCE_THRESHOLD, draw_faces
from generator.faces.draw import at_rest, faces_of
from generator.faces.making import in_studio, steps
from generator.faces.pose import Face
from generator.faces.regions import region_masks
from generator.faces.scene import exposed, paint

PERSONS = 12
WHERE = {
    1: {"brows", "forehead", "eyes"},
    2: {"brows", "forehead", "eyes"},
    4: {"brows", "forehead", "eyes"},
    5: {"eyes"},
    6: {"eyes", "cheeks"},
    7: {"eyes"},
    9: {"nose", "mouth", "brows", "eyes", "cheeks"},
    10: {"mouth", "nose", "cheeks"},
    12: {"mouth", "cheeks"},
    15: {"mouth", "cheeks"},
    17: {"mouth", "cheeks"},
    20: {"mouth"},
    23: {"mouth"},
    25: {"mouth"},
    26: {"mouth", "cheeks"},
}
MAIN = {1: "brows", 2: "brows", 4: "brows", 5: "eyes", 7: "eyes", 9: "mouth", 10: "mouth", 15: "mouth"}
MAIN |= {17: "mouth", 20: "mouth", 23: "mouth", 25: "mouth", 26: "mouth"}


@pytest.fixture(scope="module")
def sitters():
    """Twelve persons at rest in even light."""
    numbers = np.arange(PERSONS) * len(CLASSES)
    face = faces_of(5, numbers)
    studio = Face(face.person, face.units, face.shape, in_studio(face.chance))
    return at_rest(studio)


@pytest.fixture(scope="module")
def moved(sitters):
    """Action unit to the share of its evidence in every region (the masks before and after the move together)."""
    rest = paint(sitters)
    before = region_masks(rest, sitters)
    grey = exposed(rest.light, sitters)
    shares = {}
    for au in AUS:
        values = np.zeros_like(sitters.units.values)
        values[:, AUS.index(au)] = 1
        face = Face.posed(sitters.person, values, sitters.chance)
        scene = paint(face)
        evidence = np.abs(exposed(scene.light, face) - grey) > EVIDENCE_THRESHOLD
        after = region_masks(scene, face)
        shares[au] = {r: float((evidence & (before[r] | after[r])).sum() / max(evidence.sum(), 1)) for r in before}
        shares[au]["area"] = float(evidence.mean())
    return shares


@pytest.mark.parametrize("au", AUS)
def test_an_action_unit_changes_its_part_of_the_face(moved, au):
    inside = sum(moved[au][region] for region in WHERE[au])
    assert inside > 0.75, moved[au]


@pytest.mark.parametrize(("au", "region"), MAIN.items())
def test_an_action_unit_changes_its_main_region_most(moved, au, region):
    face = {r: share for r, share in moved[au].items() if r not in ("area", "background")}
    assert max(face, key=face.get) == region


@pytest.mark.parametrize("au", AUS)
def test_an_action_unit_is_visible_but_leaves_most_of_the_picture_alone(moved, au):
    assert 0.005 < moved[au]["area"] < 0.2


def test_a_smile_is_in_the_mouth_and_raises_the_cheeks(moved):
    assert moved[12]["mouth"] > 0.4
    assert moved[12]["cheeks"] > 0.4


def test_wrinkling_the_nose_shows_there_more_than_any_other_unit(moved):
    assert moved[9]["nose"] == max(moved[au]["nose"] for au in AUS)


def test_stronger_movement_changes_more(sitters):
    grey = exposed(paint(sitters).light, sitters)
    areas = []
    for intensity in (0.2, 0.5, 1.0):
        values = np.zeros_like(sitters.units.values)
        values[:, AUS.index(12)] = intensity
        face = Face.posed(sitters.person, values, sitters.chance)
        areas.append(float((np.abs(exposed(paint(face).light, face) - grey) > EVIDENCE_THRESHOLD).mean()))
    assert areas[0] < areas[1] < areas[2]


@pytest.fixture(scope="module")
def drawn():
    return draw_faces(35 * len(CLASSES), seed=6, truth=True)


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("angry", {"brows", "eyes", "mouth"}),
        ("disgust", {"nose", "mouth", "brows", "eyes", "cheeks"}),
        ("fear", {"brows", "eyes", "mouth", "forehead"}),
        ("happy", {"mouth", "cheeks"}),
        ("sad", {"mouth", "brows", "eyes", "forehead"}),
        ("surprise", {"mouth", "brows", "eyes", "forehead", "cheeks"}),
    ],
)
def test_evidence_of_each_class_lies_in_its_regions(drawn, name, regions):
    mine = drawn.labels == CLASSES.index(name)
    evidence = drawn.evidence[mine]
    inside = sum(int((evidence & drawn.region_masks[r][mine]).sum()) for r in regions)
    assert inside > 0.7 * evidence.sum()
    assert 0.01 < evidence.mean() < 0.3


def test_happiness_is_in_the_mouth_and_anger_is_not_only_there(drawn):
    def share(name: str, region: str) -> float:
        mine = drawn.labels == CLASSES.index(name)
        return float((drawn.evidence[mine] & drawn.region_masks[region][mine]).sum() / drawn.evidence[mine].sum())

    assert share("happy", "mouth") > share("angry", "mouth")
    assert share("angry", "brows") > share("happy", "brows")


def test_neutral_faces_carry_next_to_no_evidence(drawn):
    neutral = drawn.evidence[drawn.labels == CLASSES.index("neutral")]
    others = drawn.evidence[drawn.labels != CLASSES.index("neutral")]
    assert np.mean(~neutral.any(axis=(1, 2))) > 0.5
    assert neutral.mean() < others.mean() / 5


def test_a_face_at_rest_has_no_evidence_at_all(drawn):
    still = ~drawn.action_units.any(axis=1)
    assert still.any()
    assert not drawn.evidence[still].any()


def test_the_steps_of_the_making_end_at_the_picture():
    made = steps(4, seed=6)
    assert [step.name for step in made][:2] == ["relief", "rest"]
    assert [step.name for step in made][-2:] == ["scene", "camera"]
    assert np.array_equal(made[-1].image, draw_faces(1, seed=6, start=4).images[0])
    units = {au for step in made for au in step.units}
    assert units == {au for au, value in zip(AUS, draw_faces(1, seed=6, start=4).action_units[0], strict=True) if value}
