"""PoseWarper: carries a person's heatmaps from one frame to another (Bertasius et al., NeurIPS 2019)."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort

from service.device_thread import DeviceThread
from service.errors import Problem
from service.networks.model_card import ModelCard
from service.temporal.grid import Heatmaps

KIND = "warper"  # in the file's metadata_props
INPUTS = ("here", "there", "carried")


class WarperUnusable(Problem):
    """The file that lies where a PoseWarper should is no PoseWarper, or is one for another model."""

    name = "warper-unusable"
    title = "The PoseWarper's file cannot be used"
    status = 503


class Warper:
    """Three times maps in, maps out; stateless, may be called from several threads.

    Parameters
    ----------
    session
        Of a file that ``python -m export posewarper`` wrote.
    card
        Of the model on whose heatmaps it was trained.
    thread
        Where it runs on a card; None for whatever thread asks.

    Attributes
    ----------
    names
        What the skeleton calls the J joints whose maps it warps.
    joints
        Their places among the model's maps.

    Raises
    ------
    WarperUnusable
        The file's metadata say that it is something else, or of another model.
    """

    def __init__(
        self, session: ort.InferenceSession, card: ModelCard, thread: DeviceThread | None = None
    ) -> None:
        about = session.get_modelmeta().custom_metadata_map
        told = about.get("kind"), about.get("model")
        names = tuple(about.get("joints", "").split(","))
        if told != (KIND, card.name) or not set(names) <= set(card.skeleton.joints):
            raise WarperUnusable(f"{card.warper} says it is a {told[0]} for the joints of {told[1]}.")
        self.names: tuple[str, ...] = names
        self.joints: tuple[int, ...] = tuple(card.skeleton.index(name) for name in names)
        self._session = session
        self._thread = thread

    def warp(self, here: Heatmaps, there: Heatmaps, carried: Heatmaps) -> Heatmaps:
        """Carry maps from there to here.

        Parameters
        ----------
        here, there
            (N, J, 64, 64) float32 in [0, 1]: heatmaps of the frame to carry to and of the frame to carry
            from, on the grid of one crop.
        carried
            (N, J, 64, 64) float32 in [0, 1] on the same grid, of the frame `there`: its heatmaps again, or
            Gaussians at its labels.

        Returns
        -------
        (N, J, 64, 64) float32 in [0, 1].
        """
        feeds = dict(zip(INPUTS, (here, there, carried), strict=True))
        given = {name: np.ascontiguousarray(maps, np.float32) for name, maps in feeds.items()}
        run = self._session.run if self._thread is None else self._thread.doing(self._session.run)
        (warped,) = run(None, given)
        return np.asarray(warped, np.float32)
