"""What holds for every test."""

from tests.devices.pcscd import process_socket


def pytest_configure() -> None:
    # The first test that asks for any card would otherwise fix the machine's socket for all.
    process_socket()
