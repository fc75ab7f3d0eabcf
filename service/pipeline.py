"""The path of a frame: the only place where the rooms meet."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from service.background import step_back
from service.carrying import CarryingPool
from service.flow.view import FLOW_SIZE
from service.media.frame import Frame
from service.media.scene_cut import SceneCut
from service.networks.model_card import ModelCard
from service.networks.shared import Lane
from service.options import Options, Stage
from service.people.box import Box
from service.people.people import Detect, People, Person
from service.people.sighting import sight
from service.refine.reach import reach_of
from service.refine.refiner import refiner_for
from service.stage_clock import StageClock
from service.stream_memory import StreamMemory
from service.temporal.grid import Heatmaps
from service.temporal.heatmap import read_heatmap
from service.temporal.joints import read_pose
from service.temporal.pooling import Pools
from service.temporal.pose import FramePoses, Pose
from service.temporal.ring import SLOTS, WAITING, FlowRing, MapRing
from service.watch import watch
from service.workbench import Workbench


@dataclass(frozen=True, slots=True)
class _Due:
    """A frame that waits for its look-ahead."""

    number: int
    index: int
    time_s: float
    ids: tuple[int, ...]


class PoseStream:
    """Frames in, poses out, one answer for every frame and in order.

    Flow and pooling run in a thread each beside the caller's, which runs the network.

    Parameters
    ----------
    options
        The user's choices.
    card, network
        The model.
    detect
        Finds people in a whole picture.
    workbench
        Where flow and pooling run.
    live
        Answer each frame at once as well, and let nothing wait.
    pooler
        Pools instead of what the options say.
    """

    def __init__(
        self,
        options: Options,
        card: ModelCard,
        network: Lane,
        detect: Detect,
        workbench: Workbench,
        live: bool = False,
        pooler: Pools | None = None,
    ) -> None:
        self._options = options
        self._card = card
        self._network = network
        self._joints = len(card.skeleton.joints)
        self._shown = None if options.heatmap is None else card.skeleton.index(options.heatmap)
        self._people = People(options, card, detect, live)
        self._cuts = SceneCut()
        self._refiner = refiner_for(options, card.skeleton)
        hills = self._refiner.joints if self._refiner else ()
        self._pooler = pooler or workbench.pooler(options, card.skeleton, hills)
        self._lookahead = min(options.lookahead, reach_of(options))
        self._live = live
        self._ring = FlowRing(FLOW_SIZE)
        self._maps: dict[int, MapRing] = {}
        self._last_seen: dict[int, int] = {}
        self._boxes: list[Box] = []
        self._number = -1
        self._linked = False
        self._last: Frame | None = None
        self._due: deque[_Due] = deque()
        self._answers: deque[Future[FramePoses]] = deque()
        self._motion = workbench.motion(options)
        self._flow_thread = CarryingPool(1, thread_name_prefix="flow", initializer=step_back)
        self._pool_thread = CarryingPool(1, thread_name_prefix="pool", initializer=step_back)
        self._flow: Future[None] | None = None
        self._clock = StageClock()

    @property
    def timings(self) -> dict[str, float]:
        """Seconds spent so far by stage: cut, find, crop, network, remember; beside them flow and pool."""
        return dict(self._clock.seconds)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """How often, and how, each frame is answered."""
        return (Stage.PROVISIONAL, Stage.FINAL) if self._live and self._lookahead else (Stage.FINAL,)

    def push(self, frame: Frame) -> list[FramePoses]:
        """Take the next frame.

        Parameters
        ----------
        frame
            Later than the last one, of the same size.

        Returns
        -------
        The answers that are ready, in order; they lag by the look-ahead and a few frames in the making. A
        live stream waits for this frame's own answer, provisional unless there is no look-ahead; the final
        ones that the frame makes due are for :meth:`settle`, or come with the next frame.
        """
        self._begin(frame)
        self._estimate_flow(frame)
        with self._clock("find"):
            people = self._people.locate(frame)
        heatmaps = self._see(frame, people)
        self._remember(frame, people, heatmaps)
        before = len(self._answers)
        if Stage.PROVISIONAL in self.stages:
            self._start(self._due[-1], self._number, Stage.PROVISIONAL)
        self._make_due(self._number - self._lookahead)
        return self._ready(len(self._answers) - before - 1 if self._live else WAITING - 1)

    def skim(self, frame: Frame) -> None:
        """Take a frame that is not to be answered, for what is to be known of the past; before any other."""
        self._begin(frame)
        self._last = frame

    def settle(self) -> list[FramePoses]:
        """Wait for the answers in the making."""
        return self._ready(0)

    def finish(self) -> list[FramePoses]:
        """No more frames: all answers still owed, their windows cut at the end."""
        self._make_due(self._number)
        return self._ready(0)

    def memory(self) -> StreamMemory:
        """What another stream with the same choices needs to go on after the last frame, of a file."""
        assert self._last is not None, "there was a frame"
        if self._flow is not None:
            self._flow.result()  # its thread changes the view
        view = self._motion.view if self._motion else None
        changes, people = self._cuts.changes, self._people.memory()
        return StreamMemory(self._last.index, self._ring.gaps_s, changes, view, people, tuple(self._boxes))

    def resume(self, memory: StreamMemory, last: Frame) -> None:
        """Go on as the stream whose memory this is, which was given ``last`` last; before any other frame.

        Answers begin with the frame after ``last``. The first of them, up to ``last.index + WARM_UP`` without
        it, lack neighbours; all others are those that the other stream would have given.
        """
        self._number, self._last, self._boxes = memory.frame, last, list(memory.boxes)
        self._cuts.resume(last.image, memory.changes)
        self._people.resume(memory.people)
        self._ring.resume(memory.frame, last.time_s, memory.gaps_s)
        if self._motion is not None:
            self._motion.resume(memory.view)

    def close(self) -> None:
        """Stop the threads and drop what is not answered; safe to call twice."""
        for thread in (self._flow_thread, self._pool_thread):
            thread.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, frame: Frame) -> None:
        """Number the frame and see whether it follows from the last one."""
        self._number += 1
        with self._clock("cut"):
            cut = self._cuts.cut_before(frame.image)
        if cut:
            self._people.forget()
        self._linked = self._last is not None and not cut
        self._ring.open(self._number, frame.time_s, self._linked)

    def _estimate_flow(self, frame: Frame) -> None:
        """Start on the motion from the last frame to this one, where people were."""
        last, self._last = self._last, frame
        if self._motion is not None and last is not None and self._boxes and self._linked:
            self._flow = self._flow_thread.submit(self._run_flow, self._number, last, frame, self._boxes)
        if self._motion is not None and self._people.renews(frame):
            self._flow = self._flow_thread.submit(self._forget_view, self._flow)

    def _run_flow(self, number: int, last: Frame, frame: Frame, boxes: list[Box]) -> None:
        assert self._motion is not None
        with self._clock("flow"):
            self._ring.put(number, self._motion.between(number - 1, last.image, frame.image, boxes))

    def _forget_view(self, flow: Future[None] | None) -> None:
        if flow is not None:
            flow.result()
        assert self._motion is not None
        self._motion.resume(None)

    def _see(self, frame: Frame, people: list[Person]) -> list[Heatmaps]:
        """All maps of every person, (M, 64, 64) each; the first K are joints."""
        with self._clock("crop"):
            crops = [person.crop.cut(frame.image, self._card.shift_px) for person in people]
        with self._clock("network"):
            return list(self._network.heatmaps(crops)) if crops else []

    def _remember(self, frame: Frame, people: list[Person], heatmaps: list[Heatmaps]) -> None:
        """Put the heatmaps into the rings, lead the crops on and note who is owed an answer."""
        with self._clock("remember"):
            self._boxes = []
            ids = []
            for person, maps in zip(people, heatmaps, strict=True):
                sighting = sight(maps, person.crop, self._card)
                if self._people.learn(person, sighting, frame):
                    self._ring_of(person.id).put(self._number, person.crop, maps[: self._joints])
                    self._last_seen[person.id] = self._number
                    ids.append(person.id)
                    self._boxes.append(sighting.box)
            self._due.append(_Due(self._number, frame.index, frame.time_s, tuple(ids)))
            self._forget_long_gone()

    def _ring_of(self, person_id: int) -> MapRing:
        if person_id not in self._maps:
            self._maps[person_id] = MapRing(self._joints)
        return self._maps[person_id]

    def _forget_long_gone(self) -> None:
        for person_id in [id_ for id_, seen in self._last_seen.items() if self._number - seen > SLOTS]:
            del self._maps[person_id], self._last_seen[person_id]

    def _make_due(self, through: int) -> None:
        """Start on the answers of all frames up to one."""
        while self._due and self._due[0].number <= through:
            due = self._due.popleft()
            self._start(due, min(due.number + self._lookahead, self._number), Stage.FINAL)

    def _start(self, due: _Due, newest: int, stage: Stage) -> None:
        """Start on one answer, from the frames up to ``newest``."""
        self._answers.append(self._pool_thread.submit(self._answer, due, newest, stage, self._flow))

    def _answer(self, due: _Due, newest: int, stage: Stage, flow: Future[None] | None) -> FramePoses:
        """Warp, pool and read the joints of everybody in one frame."""
        if flow is not None:
            flow.result()
        with self._clock("pool"):
            people: list[Pose] = []
            most = 0
            for person_id in due.ids:
                pose, frames = self._pose(person_id, due.number, newest)
                people.append(pose)
                most = max(most, frames)
        return FramePoses(due.index, due.time_s, tuple(people), most, stage)

    def _pose(self, person_id: int, number: int, newest: int) -> tuple[Pose, int]:
        """One person in one frame, and how many frames took part."""
        maps = self._maps[person_id]
        crop = maps.crop(number)
        assert crop is not None, "who is owed an answer was seen"
        pooled = self._pooler.pool(self._ring, maps, number, newest, self._shown)
        pose = read_pose(person_id, pooled.maps, crop)
        if self._refiner is not None:
            pose = self._refiner.refine(pose, pooled.maps, self._ring, maps, number, newest)
        if self._shown is not None:
            pose = replace(pose, heatmap=read_heatmap(pooled.maps, self._shown, crop))
        return pose, pooled.frames

    def _ready(self, leave: int) -> list[FramePoses]:
        """Answers that are done, in order; waits until no more than ``leave`` are in the making."""
        ready = []
        while self._answers and (len(self._answers) > leave or self._answers[0].done()):
            ready.append(self._answers.popleft().result())
            watch().answered("live" if self._live else "file", ready[-1].stage)
        return ready
