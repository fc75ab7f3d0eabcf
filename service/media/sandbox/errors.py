"""What can go wrong with a decoder in a process of its own."""

from __future__ import annotations

from service.errors import Problem


class DecoderCrashed(Problem):
    """The process that decoded this file died: of the file, or of a limit of memory or time.

    Frames that it had read before are delivered. Nothing but this one file is concerned.
    """

    name = "decoder-crashed"
    title = "The decoder broke down on the file"
    status = 422


class DecoderStalled(Problem):
    """Decoding took too long without a new frame, and was ended; frames read before are delivered."""

    name = "decoder-stalled"
    title = "The decoder got stuck on the file"
    status = 422


class DecoderMisbehaved(Problem):
    """The process that decoded this file said what cannot be, and was ended.

    So does a decoder that a file has taken over.
    """

    name = "decoder-misbehaved"
    title = "The decoder's answer made no sense"
    status = 422


class SandboxUnavailable(Problem):
    """Files are to be decoded in confined processes, and this machine cannot confine them."""

    name = "sandbox-unavailable"
    title = "Files cannot be decoded in confined processes here"
    status = 503


DECODER_PROBLEMS = (DecoderCrashed, DecoderStalled, DecoderMisbehaved)
