"""The problems of the HTTP edge itself; those of the work are declared where they arise."""

from __future__ import annotations

from service.errors import Problem


class EmptyBody(Problem):
    """The request carried no bytes where a video or picture was expected."""

    name = "empty-body"
    title = "The request has no body"
    status = 400


class MultipartInvalid(Problem):
    """The multipart body cannot be taken apart, or has no part called `file`."""

    name = "multipart-invalid"
    title = "The multipart body cannot be used"
    status = 400


class UploadStalled(Problem):
    """The client stopped sending before the body was complete."""

    name = "upload-stalled"
    title = "The upload stopped half way"
    status = 408


class TooLarge(Problem):
    """The body is longer than the operator allows (`FLOWPOSE_MAX_UPLOAD_BYTES`)."""

    name = "too-large"
    title = "The upload is too large"
    status = 413


class WrongMediaType(Problem):
    """The `Content-Type` is not one that this address takes."""

    name = "wrong-media-type"
    title = "This kind of body is not taken here"
    status = 415


class NotAcceptable(Problem):
    """The `Accept` header names no format that this address can answer in."""

    name = "not-acceptable"
    title = "None of the accepted formats can be given"
    status = 406


class ParametersInvalid(Problem):
    """One or more parameters are unknown or out of range; `errors` lists each of them."""

    name = "parameters-invalid"
    title = "The parameters are not valid"
    status = 422


class NotFound(Problem):
    """There is nothing at this address."""

    name = "not-found"
    title = "There is nothing here"
    status = 404


class MethodNotAllowed(Problem):
    """The address exists, but does not answer to this method; `Allow` lists those it does."""

    name = "method-not-allowed"
    title = "This address does not answer to this method"
    status = 405


class RequestRefused(Problem):
    """The request is not proper HTTP, or the server cannot serve it."""

    name = "request-refused"
    title = "The request was refused"
    status = 400


class Busy(Problem):
    """As many videos or streams as the operator allows are being worked on; try again in some seconds."""

    name = "busy"
    title = "All places are taken"
    status = 503


class NotReady(Problem):
    """The last trial run of network and flow failed."""

    name = "not-ready"
    title = "The service cannot work at the moment"
    status = 503


class Starting(Problem):
    """The server has been started, and its networks have not been tried yet; come again in some seconds."""

    name = "starting"
    title = "The server is starting"
    status = 503


class Draining(Problem):
    """The server is being stopped: it takes no new work, and cuts off what does not end in time."""

    name = "draining"
    title = "The server is stopping"
    status = 503


class DiskFull(Problem):
    """There is no room left for the upload."""

    name = "disk-full"
    title = "The server has no room for the upload"
    status = 507
