from __future__ import annotations

import numpy as np

from service.media.frame import Frame
from service.networks.catalogue import find
from service.options import CropSource, Options
from service.people.crop import Crop
from service.people.detector import Detection
from service.people.people import LOOK_EVERY, REMEMBER, People
from service.people.sighting import Sighting

CARD = find("blazepose-full")
IMAGE = np.zeros((480, 640, 3), np.uint8)


class Scene:
    """People standing at places; counts how often it is looked at."""

    def __init__(self, *places: tuple[float, float]) -> None:
        self.places = list(places)
        self.looks = 0

    def detect(self, image: np.ndarray) -> list[Detection]:
        self.looks += 1
        return [
            Detection(
                (0, 0, 1, 1), np.array([[x, y], [x, y - 80], [x, y - 40], [x, y - 80]], np.float32), 0.9
            )
            for x, y in self.places
        ]


def seen_at(crop: Crop, score: float = 0.9) -> Sighting:
    x, y = crop.centre
    return Sighting(
        CARD.skeleton,
        np.array([[x, y]], np.float32),
        np.full(33, score, np.float32),
        np.array([[x, y], [x, y - 80]], np.float32),
    )


def step(people: People, index: int, score: float = 0.9) -> list[int]:
    frame = Frame(index, index / 25, IMAGE)
    return [
        person.id
        for person in people.locate(frame)
        if people.learn(person, seen_at(person.crop, score), frame)
    ]


def test_a_person_is_detected_once_and_then_followed() -> None:
    scene = Scene((300, 300))
    people = People(Options(), CARD, scene.detect)
    assert [step(people, n) for n in range(30)] == [[1]] * 30
    assert scene.looks == 1


def test_nobody_is_an_empty_list_and_every_frame_is_looked_at() -> None:
    scene = Scene()
    people = People(Options(), CARD, scene.detect)
    assert [step(people, n) for n in range(5)] == [[]] * 5
    assert scene.looks == 5


def test_ids_are_stable_and_further_people_are_looked_for_now_and_then() -> None:
    scene = Scene((100, 300))
    people = People(Options(people=3), CARD, scene.detect)
    assert step(people, 0) == [1]
    scene.places.append((500, 300))
    answers = [step(people, n) for n in range(1, 2 * LOOK_EVERY)]
    assert answers[-1] == [1, 2]
    assert scene.looks <= 3


def test_a_detection_that_the_network_does_not_confirm_is_nobody_and_takes_no_id() -> None:
    people = People(Options(), CARD, Scene((300, 300)).detect)
    assert step(people, 0, score=0.4) == []
    assert step(people, 1) == [1]


def test_no_more_people_than_asked_for() -> None:
    people = People(Options(people=2), CARD, Scene((100, 100), (300, 100), (500, 100)).detect)
    assert step(people, 0) == [1, 2]


def test_one_blurred_frame_does_not_lose_the_person_but_a_lasting_absence_does() -> None:
    scene = Scene((300, 300))
    people = People(Options(), CARD, scene.detect)
    step(people, 0)
    assert step(people, 1, score=0.05) == [1]
    assert step(people, 2) == [1]
    scene.places.clear()
    assert [step(people, n, score=0.05) for n in range(3, 30)][-1] == []


def test_who_comes_back_to_the_same_place_soon_is_the_same_person() -> None:
    scene = Scene((300, 300))
    people = People(Options(), CARD, scene.detect)
    step(people, 0)
    scene.places.clear()
    gone = next(n for n in range(1, 40) if step(people, n, score=0.01) == [])
    scene.places.append((310, 305))
    assert step(people, gone + 5) == [1]


def test_who_comes_much_later_is_somebody_new() -> None:
    scene = Scene((300, 300))
    people = People(Options(), CARD, scene.detect)
    step(people, 0)
    scene.places.clear()
    gone = next(n for n in range(1, 40) if step(people, n, score=0.01) == [])
    scene.places.append((310, 305))
    assert step(people, gone + REMEMBER + 5) == [2]


def test_after_a_cut_everybody_is_new() -> None:
    people = People(Options(), CARD, Scene((300, 300)).detect)
    assert step(people, 0) == [1]
    people.forget()
    assert step(people, 1) == [2]


def test_two_followed_crops_that_meet_are_one_person() -> None:
    scene = Scene((100, 300), (500, 300))
    people = People(Options(people=2), CARD, scene.detect)
    assert step(people, 0) == [1, 2]
    frame = Frame(1, 0.04, IMAGE)
    first, _ = people.locate(frame)
    scene.places.pop()
    for n in range(2, 60):  # the second one's maps lead it to the first
        frame = Frame(n, n / 25, IMAGE)
        there = people.locate(frame)
        for person in there:
            people.learn(person, seen_at(first.crop), frame)
    assert [person.id for person in there] == [1]


def test_the_full_crop_is_the_whole_frame_for_ever() -> None:
    scene = Scene()
    people = People(Options(crop=CropSource.FULL), CARD, scene.detect)
    frame = Frame(0, 0.0, IMAGE)
    for _ in range(3):
        (person,) = people.locate(frame)
        assert person.crop == Crop.whole(640, 480)
        assert people.learn(person, seen_at(Crop((9, 9), 20), 0.01), frame)
    assert scene.looks == 0


def test_a_given_box_is_where_it_starts_and_then_it_follows() -> None:
    people = People(Options(crop=CropSource.BOX, box=(100, 100, 80, 200)), CARD, Scene().detect)
    frame = Frame(0, 0.0, IMAGE)
    (person,) = people.locate(frame)
    assert person.crop == Crop.of_box(100, 100, 80, 200)
    people.learn(person, seen_at(Crop((160, 210), 100)), frame)
    (moved,) = people.locate(frame)
    assert moved.crop.centre[0] > person.crop.centre[0]


def test_a_newcomer_whose_joints_are_somebodys_here_is_nobody_new() -> None:
    scene = Scene((100, 300))
    people = People(Options(people=2), CARD, scene.detect)
    assert step(people, 0) == [1]
    scene.places.append((240, 300))  # found beside the first, but the network sees the first there, too
    for n in range(1, LOOK_EVERY + 1):
        frame = Frame(n, n / 25, IMAGE)
        there = people.locate(frame)
        learnt = [person.id for person in there if people.learn(person, seen_at(there[0].crop), frame)]
        assert learnt == [1]
    assert len(there) == 2, "it was looked at"
    assert [person.id for person in people.locate(Frame(n + 1, (n + 1) / 25, IMAGE))] == [1]


def test_a_crop_that_runs_away_with_its_joints_is_put_right_by_the_detector() -> None:
    scene = Scene((300, 300))
    people = People(Options(), CARD, scene.detect)
    sides, ids = [], set()
    for n in range(60):
        frame = Frame(n, n / 25, IMAGE)
        for person in people.locate(frame):
            tiny = person.crop.half_side / 4  # the network sees the person smaller, whatever it is shown
            x, y = person.crop.centre
            guides = np.array([[x, y], [x, y - tiny]], np.float32)
            seen = Sighting(CARD.skeleton, guides, np.full(33, 0.9, np.float32), guides)
            people.learn(person, seen, frame)
            sides.append(person.crop.half_side)
            ids.add(person.id)
    assert min(sides) > 100 / 4
    assert scene.looks > 2
    assert ids == {1}


def test_in_some_frames_everybody_is_found_anew_under_the_same_id() -> None:
    scene = Scene((300, 300))
    people = People(Options(renew=20), CARD, scene.detect)
    for n in range(20):
        step(people, n)
    scene.places[0] = (310, 300)
    (person,) = people.locate(Frame(20, 0.8, IMAGE))
    assert (person.id, person.crop.centre) == (1, (310.0, 300.0))
    assert scene.looks == 2


def test_what_follows_from_there_does_not_depend_on_what_went_before() -> None:
    def memory(first: int) -> object:
        scene = Scene((300, 300), (100, 200))
        people = People(Options(renew=20, people=2), CARD, scene.detect)
        for n in range(first, 24):
            scene.places[:] = [(300 + n % 20, 300), (100, 200 + n % 20)]
            step(people, n)
        remembered = people.memory()
        return remembered.here, remembered.look_at

    assert memory(0) == memory(20)


def test_who_is_not_found_anew_is_followed_on() -> None:
    scene = Scene((300, 300))
    people = People(Options(renew=20), CARD, scene.detect)
    for n in range(20):
        step(people, n)
    scene.places.clear()
    assert step(people, 20) == [1]
    scene.places.append((500, 300))  # somebody else, and there is no room for another
    assert [step(people, n) for n in range(21, 45)] == [[1]] * 24


def test_a_live_stream_and_a_renewal_of_0_look_for_nobody_they_have() -> None:
    for people_of in (
        lambda detect: People(Options(renew=20), CARD, detect, live=True),
        lambda detect: People(Options(renew=0), CARD, detect),
    ):
        scene = Scene((300, 300))
        people = people_of(scene.detect)
        for n in range(50):
            step(people, n)
        assert scene.looks == 1
