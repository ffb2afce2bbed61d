"""USB modules in both endpoint forms, as devices of a backend of our own under real pyusb."""

import array
import errno
import types

import pytest
import usb.backend
import usb.core

from devices.records import Problem, ReaderError
from devices.transports.binding import Identity
from devices.transports.usb_bulk import UsbBulk
from tests.devices.samv.test_vectors import base_frame
from tests.devices.samv.vectors import VECTORS

FRAME = base_frame(VECTORS["resident"])
REQUEST = bytes.fromhex("AAAAAA96690003300132")


class Module(usb.backend.IBackend):
    """One 0400:C35A module that answers every request with `FRAME`, as pyusb sees it."""

    def __init__(self, addresses: list[int], fault: int | None = None) -> None:
        self.addresses, self.fault = addresses, fault
        self.written: list[tuple[int, bytes]] = []
        self.queues: dict[int, bytes] = {}

    def enumerate_devices(self):
        return ["module"]

    def get_device_descriptor(self, dev):
        return types.SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x110, bDeviceClass=0xFF, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=0x0400, idProduct=0xC35A,
            bcdDevice=1, iManufacturer=0, iProduct=0, iSerialNumber=0, bNumConfigurations=1,
            address=1, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return types.SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=0, bNumInterfaces=1,
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0x80, bMaxPower=50,
            extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf or alt or config:
            raise IndexError
        return types.SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=len(self.addresses), bInterfaceClass=0xFF, bInterfaceSubClass=0,
            bInterfaceProtocol=0, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        if ep >= len(self.addresses):
            raise IndexError
        return types.SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=self.addresses[ep], bmAttributes=2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev):
        return "handle"

    def close_device(self, dev_handle):
        self.closed = True

    def set_configuration(self, dev_handle, config_value):
        if self.fault == errno.EBUSY:
            raise usb.core.USBError("busy", errno=errno.EBUSY)

    def get_configuration(self, dev_handle):
        return 1

    def claim_interface(self, dev_handle, intf):
        self.claimed = True

    def release_interface(self, dev_handle, intf):
        self.claimed = False

    def is_kernel_driver_active(self, dev_handle, intf):
        return False

    def bulk_write(self, dev_handle, ep, intf, data, timeout):
        if self.fault == errno.ENODEV:
            raise usb.core.USBError("gone", errno=errno.ENODEV)
        self.written.append((ep, bytes(data)))
        ins = sorted(one for one in self.addresses if one & 0x80)
        if len(ins) == 1:
            self.queues = {ins[0]: FRAME}
        else:
            self.queues = {ins[0]: FRAME[:7], ins[1]: FRAME[7:]}
        return len(data)

    def bulk_read(self, dev_handle, ep, intf, buff, timeout):
        waiting = self.queues.get(ep, b"")
        if not waiting:
            raise usb.core.USBTimeoutError("timeout", errno=errno.ETIMEDOUT)
        piece = waiting[: min(64, len(buff))] if ep in (0x81, 0x82) else waiting[: len(buff)]
        self.queues[ep] = waiting[len(piece) :]
        buff[: len(piece)] = array.array("B", piece)
        return len(piece)


def all_of(line: UsbBulk) -> bytes:
    got = b""
    while piece := line.read():
        got += piece
    return got


@pytest.mark.parametrize(
    ("addresses", "pieces"),
    [
        ([0x06, 0x85, 0x02, 0x81], [(0x02, REQUEST[:7]), (0x06, REQUEST[7:])]),
        ([0x81, 0x01], [(0x01, REQUEST)]),
    ],
)
def test_a_frame_goes_and_comes_in_the_modules_own_form(
    addresses: list[int], pieces: list[tuple[int, bytes]]
) -> None:
    module = Module(addresses)
    line = UsbBulk(Identity(0x0400, 0xC35A), backend=module)
    line.open()
    for _ in range(2):
        line.write(REQUEST)
        assert all_of(line) == FRAME
    assert module.written == pieces * 2
    line.write(REQUEST)
    line.discard()
    line.close()
    with pytest.raises(ReaderError):
        line.read()


@pytest.mark.parametrize(
    ("fault", "identity", "problem"),
    [
        (None, Identity(0x0400, 0x0001), Problem.READER_GONE),
        (errno.EBUSY, Identity(0x0400, 0xC35A), Problem.READER_BUSY),
        (errno.ENODEV, Identity(0x0400, 0xC35A), Problem.READER_GONE),
    ],
)
def test_what_is_wrong_with_the_unit_is_said(
    fault: int | None, identity: Identity, problem: Problem
) -> None:
    line = UsbBulk(identity, backend=Module([0x81, 0x01], fault))
    with pytest.raises(ReaderError) as caught:
        line.open()
        line.write(REQUEST)
    assert caught.value.problem is problem
    line.close()
