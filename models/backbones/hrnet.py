"""HRNet: the pose network that keeps its full resolution, which PoseWarper is built on (section 4.1)."""

from __future__ import annotations

from pytorchcv.models.hrnet import HRNet
from torch import Tensor, nn

from models.backbones.pose_machine import Stages
from models.spatial_net import MIDDLE_GREY, output_layer

FULL_WIDTH = 48  # channels of the finest branch of HRNet-W48, PoseWarper's
FIRST_CHANNELS = 256  # what the stem hands on, whatever the width
BLOCKS = 4
MODULES = (1, 4, 3)


class PoseHRNet(nn.Module):
    """HRNet with a 1 x 1 convolution for the maps on its finest branch.

    Parameters
    ----------
    joints
        K, the number of heatmaps.
    width
        Multiplies the channels of every branch; 1 is W48, 2/3 is W32.
    modules
        Of the stages with 2, 3 and 4 branches.
    blocks
        Residual blocks of each branch of a module.

    Notes
    -----
    Sun, Xiao, Liu and Wang, "Deep High-Resolution Representation Learning for Human Pose Estimation" (CVPR
    2019), section 3, as `pytorchcv` defines the body. Its stem halves the picture twice, so that the finest
    branch has the 64 x 64 cells of `service.temporal.grid`. The part that makes classes of the four branches
    is left out, and so is what the last module tells the coarser branches, which nobody reads. Batch
    normalisation is part of it.
    """

    def __init__(
        self,
        joints: int,
        width: float = 1.0,
        modules: tuple[int, int, int] = MODULES,
        blocks: int = BLOCKS,
    ) -> None:
        super().__init__()
        finest = max(1, round(FULL_WIDTH * width))
        branches = [[finest * 2**level for level in range(count)] for count in (2, 3, 4)]
        body = HRNet(
            channels=branches,
            init_block_channels=FIRST_CHANNELS,
            init_num_subblocks=blocks,
            num_modules=list(modules),
            num_subblocks=[[blocks] * len(each) for each in branches],
        ).features
        last = body.stage3.layers[-1]
        last.fuse_layers = last.fuse_layers[:1]
        self.stem = body.init_block
        self.stages = nn.ModuleList([body.stage1, body.stage2, body.stage3])
        self.maps = output_layer(finest, joints)

    def forward(self, images: Tensor) -> Stages:
        """Regress the heatmaps.

        Parameters
        ----------
        images
            (N, 3, 256, 256) float32, RGB in [0, 1].

        Returns
        -------
        One (N, K, 64, 64) float32, alone in its tuple. In [0, 1] in evaluation mode; not clamped in training
        mode, where a clamp would stop the gradient.
        """
        branches = self.stem(images - MIDDLE_GREY)
        for stage in self.stages:
            branches = stage(branches)
        maps = self.maps(branches[0])
        return (maps if self.training else maps.clamp(0, 1),)
