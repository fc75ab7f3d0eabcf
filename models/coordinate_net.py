"""CoordinateNet: the papers' baseline, which regresses (x, y) per joint instead of heatmaps."""

from __future__ import annotations

from torch import Tensor, nn

from models.spatial_net import MIDDLE_GREY, OUTPUT_STD, channels, layer
from service.temporal.grid import INPUT_SIZE

HALF = INPUT_SIZE / 2  # the last layer's unit, input pixels
MIDDLE = (INPUT_SIZE - 1) / 2  # input pixels: where every joint is at the start
LAST_SIDE = 4  # cells on each side of the last feature map
DROPOUT = 0.5  # of the fully connected layers, as in OverFeat


class CoordinateNet(nn.Module):
    """Convolutions and connected layers after OverFeat (Flowing ConvNets, section 5, "Baseline method").

    Parameters
    ----------
    joints
        K.
    width
        Multiplies the channels of every layer but the last.
    normalise
        Batch normalisation after each layer but the last, in place of dropout, whose noise is error of a
        coordinate: a narrow network makes it small by answering the mean pose.

    Notes
    -----
    The papers say "similar architecture to OverFeat" and give no table. These are OverFeat's fast model's
    kernels and channels (Sermanet et al., ICLR 2014, table 1), padded to keep sizes, with one more pooling
    for the larger input.
    """

    def __init__(self, joints: int, width: float = 1.0, normalise: bool = False) -> None:
        super().__init__()
        n96, n256, n512, n1024 = (channels(full, width) for full in (96, 256, 512, 1024))
        n3072, n4096 = channels(3072, width), channels(4096, width)
        self.features = nn.Sequential(
            layer(3, n96, 11, normalise, stride=4),
            nn.MaxPool2d(2),
            layer(n96, n256, 5, normalise),
            nn.MaxPool2d(2),
            layer(n256, n512, 3, normalise),
            layer(n512, n1024, 3, normalise),
            nn.MaxPool2d(2),
            layer(n1024, n1024, 3, normalise),
            nn.MaxPool2d(2),
        )
        self.regressor = nn.Sequential(
            nn.Flatten(),
            _connected(n1024 * LAST_SIDE**2, n3072, normalise),
            _connected(n3072, n4096, normalise),
            _last(n4096, 2 * joints),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Regress the joints.

        Parameters
        ----------
        images
            (N, 3, 256, 256) float32, RGB in [0, 1].

        Returns
        -------
        (N, K, 2) float, input pixels, x then y; not bounded by the picture.
        """
        values: Tensor = self.regressor(self.features(images - MIDDLE_GREY))
        return values.view(len(values), -1, 2) * HALF + MIDDLE


def _connected(inputs: int, outputs: int, normalise: bool) -> nn.Sequential:
    linear = nn.Linear(inputs, outputs)
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    nn.init.zeros_(linear.bias)
    if normalise:
        return nn.Sequential(linear, nn.BatchNorm1d(outputs), nn.ReLU(inplace=True))
    return nn.Sequential(linear, nn.ReLU(inplace=True), nn.Dropout(DROPOUT))


def _last(inputs: int, outputs: int) -> nn.Linear:
    linear = nn.Linear(inputs, outputs)
    nn.init.normal_(linear.weight, std=OUTPUT_STD)
    nn.init.zeros_(linear.bias)
    return linear
