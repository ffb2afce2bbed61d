"""The private daemon itself: it is there, and it comes and goes on request."""

import signal

from smartcard.scard import SCARD_SCOPE_SYSTEM, SCardEstablishContext, SCardListReaders

from tests.devices.pcscd import Pcscd


def listed() -> list[str]:
    result, context = SCardEstablishContext(SCARD_SCOPE_SYSTEM)
    return SCardListReaders(context, [])[1] if result == 0 else []


def test_a_private_daemon_shows_both_slots(pcscd: Pcscd) -> None:
    assert listed() == [pcscd.reader(0), pcscd.reader(1)]


def test_killed_it_is_gone_and_restarted_it_is_back(pcscd: Pcscd) -> None:
    pcscd.stop(signal.SIGKILL)
    assert listed() == []
    pcscd.start()
    assert listed() == [pcscd.reader(0), pcscd.reader(1)]
