"""What PC/SC's return codes mean for a person at the counter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from smartcard import scard

from devices.records import Problem, ReaderError


def _unsigned(code: int) -> int:
    return code & 0xFFFFFFFF


SERVICE_LOST: Final = frozenset(
    {
        _unsigned(scard.SCARD_E_NO_SERVICE),
        _unsigned(scard.SCARD_E_SERVICE_STOPPED),
        _unsigned(scard.SCARD_F_COMM_ERROR),
        _unsigned(scard.SCARD_E_INVALID_HANDLE),
        _unsigned(scard.SCARD_E_COMM_DATA_LOST),
    }
)
"""The service, or this program's connection with it, is gone: a new context is needed."""

_PROBLEMS: Final[Mapping[int, Problem]] = MappingProxyType(
    {
        **dict.fromkeys(SERVICE_LOST, Problem.SERVICE_DOWN),
        _unsigned(scard.SCARD_W_REMOVED_CARD): Problem.CARD_MOVED,
        _unsigned(scard.SCARD_E_NO_SMARTCARD): Problem.CARD_MOVED,
        _unsigned(scard.SCARD_W_UNPOWERED_CARD): Problem.CARD_MOVED,
        _unsigned(scard.SCARD_W_UNRESPONSIVE_CARD): Problem.UNKNOWN_CARD,
        _unsigned(scard.SCARD_W_UNSUPPORTED_CARD): Problem.UNKNOWN_CARD,
        _unsigned(scard.SCARD_E_PROTO_MISMATCH): Problem.UNKNOWN_CARD,
        _unsigned(scard.SCARD_E_UNKNOWN_READER): Problem.READER_GONE,
        _unsigned(scard.SCARD_E_READER_UNAVAILABLE): Problem.READER_GONE,
        _unsigned(scard.SCARD_E_NO_READERS_AVAILABLE): Problem.READER_GONE,
        _unsigned(scard.SCARD_E_SHARING_VIOLATION): Problem.READER_BUSY,
        _unsigned(scard.SCARD_W_SECURITY_VIOLATION): Problem.PORT_DENIED,
        _unsigned(scard.SCARD_E_TIMEOUT): Problem.NO_ANSWER,
    }
)


def failure(code: int, doing: str) -> ReaderError:
    """The error that `code` of a PC/SC call means; anything unlisted is trouble on the line."""
    problem = _PROBLEMS.get(_unsigned(code), Problem.LINE_NOISE)
    return ReaderError(problem, f"{doing}: 0x{_unsigned(code):08X}")


def is_code(code: int, *names: int) -> bool:
    """Whether a return code is one of `names`, whatever sign either has."""
    return _unsigned(code) in {_unsigned(name) for name in names}


def must(code: int, doing: str) -> None:
    """Raise the ReaderError for `code` unless it is success."""
    if code != scard.SCARD_S_SUCCESS:
        raise failure(code, doing)
