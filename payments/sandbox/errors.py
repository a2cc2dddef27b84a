"""Errors in the shape the SDK knows: `{"error": {"type", "code", "message", "param", ...}}`."""

from typing import Any


class ApiError(Exception):
    """A refused API call.

    `keep` commits what the handler wrote before it raised (a declined card is a fact worth storing).
    `unchecked` says that the request never began to execute, so that its idempotency key stays free, as with
    the real provider.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        extra: dict[str, Any] | None = None,
        keep: bool = False,
        unchecked: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.extra = extra or {}
        self.keep = keep
        self.unchecked = unchecked

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
        if self.param is not None:
            error["param"] = self.param
        return {"error": {**error, **self.extra}}


def missing(noun: str, id_: str, param: str) -> ApiError:
    """No object of this kind has this id."""
    return ApiError(f"No such {noun}: '{id_}'", status=404, code="resource_missing", param=param)


def unknown_parameter(path: str) -> ApiError:
    """A parameter that the endpoint does not take."""
    return ApiError(
        f"Received unknown parameter: {path}", code="parameter_unknown", param=path, unchecked=True
    )


def invalid(message: str, path: str, code: str | None = None) -> ApiError:
    """A parameter whose value cannot be."""
    return ApiError(message, code=code, param=path, unchecked=True)
