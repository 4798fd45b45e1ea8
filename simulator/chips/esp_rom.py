"""Host only: an ESP32-S3 in its download mode, as far as esptool writes its flash: ROM loader, then the stub it uploads.

Source: Espressif, "Serial Protocol" (esptool's documentation): SLIP frames, requests 00, answers 01.
"""

import hashlib
import struct
import zlib

_END, _ESC = 0xC0, 0xDB
_FLASH_BEGIN, _FLASH_DATA, _FLASH_END = 0x02, 0x03, 0x04
_MEM_BEGIN, _MEM_END, _MEM_DATA, _SYNC, _READ_REG = 0x05, 0x06, 0x07, 0x08, 0x0A
_DEFLATE_BEGIN, _DEFLATE_DATA, _DEFLATE_END, _MD5, _SECURITY = 0x10, 0x11, 0x12, 0x13, 0x14
_CHIP_ID = 9  # ESP32-S3
_SECTOR = 4096
_ROM = 0x20120707  # only a ROM answers a sync with a value
_REGISTERS = {0x60002058: 0x1740EF}  # SPI_W0 after RDID: a W25Q64, 8 MB
_ERASED = b"\xff"


class EspRom:
    """`flash`: what it holds. `damage`: this byte of the flash does not take what is written. Over a Wire."""

    def __init__(self, wire, clock):
        self.flash = bytearray()
        self.damage = None
        self._wire = wire
        self._frame = None
        self._escaped = False
        self._stub = False  # the stub answers with two status bytes, the ROM with four
        self._begin = (0, None)
        wire.attach(self)

    def receive(self, data):
        for byte in data:
            if byte == _END:
                frame, self._frame = self._frame, bytearray()
                if frame:
                    self._request(bytes(frame))
                    self._frame = None
            elif self._frame is not None:
                self._take(byte)

    def _take(self, byte):
        if self._escaped:
            self._frame.append({0xDC: _END, 0xDD: _ESC}.get(byte, byte))
            self._escaped = False
        elif byte == _ESC:
            self._escaped = True
        else:
            self._frame.append(byte)

    def _request(self, frame):
        _, command, length, _ = struct.unpack_from("<BBHI", frame)
        data = frame[8 : 8 + length]
        value, answer = self._done(command, data)
        times = 8 if command == _SYNC else 1
        for _ in range(times):
            self._answer(command, value, answer)
        if command == _MEM_END and struct.unpack("<II", data)[1]:
            self._stub = True
            self._send(b"OHAI")

    def _done(self, command, data):
        """(value, data) of the answer."""
        if command == _SYNC:
            return 0 if self._stub else _ROM, b""
        if command == _READ_REG:
            return _REGISTERS.get(struct.unpack("<I", data)[0], 0), b""
        if command == _SECURITY:
            return 0, struct.pack("<I8BII", 0, *bytes(8), _CHIP_ID, 0)
        if command in (_FLASH_BEGIN, _DEFLATE_BEGIN):
            offset = struct.unpack_from("<IIII", data)[3]
            self._begin = offset, zlib.decompressobj() if command == _DEFLATE_BEGIN else None
            self._write(offset, b"")
        elif command in (_FLASH_DATA, _DEFLATE_DATA):
            size = struct.unpack_from("<I", data)[0]
            self._write_on(data[16 : 16 + size])
        elif command == _MD5:
            address, size = struct.unpack_from("<II", data)
            digest = hashlib.md5(self.flash[address : address + size])
            return 0, digest.digest() if self._stub else digest.hexdigest().encode()
        return 0, b""

    def _write_on(self, data):
        offset, inflating = self._begin
        data = data if inflating is None else inflating.decompress(data)
        self._write(offset, data)
        self._begin = offset + len(data), inflating

    def _write(self, offset, data):
        end = -(-(offset + len(data)) // _SECTOR) * _SECTOR
        self.flash += _ERASED * (end - len(self.flash))
        self.flash[offset : offset + len(data)] = data
        if self.damage is not None and offset <= self.damage < offset + len(data):
            self.flash[self.damage] = 0xFF

    def _answer(self, command, value, data):
        status = bytes(2 if self._stub else 4)
        self._send(struct.pack("<BBHI", 1, command, len(data) + len(status), value) + data + status)

    def _send(self, frame):
        escaped = frame.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        self._wire.answer(b"\xc0" + escaped + b"\xc0")
