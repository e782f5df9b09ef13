#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
seed_qx.py DIR - inputs to start fuzz_qx from: the answers of each of our
recordings, over a serial line; the status of each dialect, over one; and that of
megatec over each carrier.
"""
import glob
import os
import re
import sys


def answers(path):
    for line in open(path, encoding="utf-8"):
        if line.startswith("<x "):
            yield bytes.fromhex(line[3:])
        elif line.startswith("< "):
            text = line[2:].rstrip("\n").encode().replace(b"\\r", b"\r")
            yield re.sub(rb"\\x(..)", lambda m: bytes([int(m[1], 16)]), text)


def records(parts):
    return b"".join(bytes([len(p)]) + p for p in parts if 0 < len(p) < 250)


Q1 = b"(230.1 195.0 230.2 014 50.0 27.5 30.0 00001001\r"
QPIGS = (b"(230.0 50.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 00000 "
         b"00010000 00 00 00856 010")

# What decides, by the driver's name of the dialect; Q1 for the others
STATUS = {
    "masterguard": b"(01 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 00000000 00000010\r",
    "voltronic": b"(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 100000000010\r",
    "voltronic_qs_hex": b"#\x06\0 \x68 \x70\x01 \x69 \x0c \x61\xa8 \x28\x02\x12\xd0 \xd5 \x1e \x09\r",
    "q2": b"(226.6 224.3 228.0 226.6 229.9 000.0 000.0 012 000 000 49.9 327.6 18.0 00000000 012.30 "
          b"100 02 00 00 00 00 00000000 11\r",
    "gtec": b"(236.7 243.2 212.1 220.1 230.4 002 001 50.0 371 372 041.3 22.9 IM\r",
}
# Settings of a voltronic, by the first that is asked for
MORE = {
    "voltronic": [b"(ACK\r", b"(EapbrsDgcoe\r", b"(264 170\r", b"(53.0 47.0\r", b"(000 120\r",
                  b"(273.0 20 01 100 00142\r", b"(01\r", b"(005\r", b"(1\r", b"#20\r"],
    "masterguard": [b"(01,01 2 1\r", b"(PNV=230\r", b"(01,100 0017 0090 0708 0712 0994 115 02.28\r"],
    "bestups": [b"FOR,750,120,120,20.0,27.6\r", b"02\r", b"3\r"],
    "mecer": [b"(ACK\r", b"(PI98\r"],
    "omron": [b"OK\r", b"1125W/1125VA/048V/160W/020W\r"],
}
SILENCE = 255


def crc(text):
    v = 0
    for c in text:
        v ^= c << 8
        for _ in range(8):
            v = (v << 1 ^ 0x1021 if v & 0x8000 else v << 1) & 0xffff
    fix = [b + 1 if b in (0x28, 0x0d, 0x0a) else b for b in (v >> 8, v & 255)]
    return text + bytes(fix) + b"\r"


def packets(text, size, drained):
    """Records of one answer in packets, behind the silence that ends a drain."""
    parts = [text[i:i + size].ljust(size, b"\0") for i in range(0, len(text), size)]
    return (bytes([SILENCE]) if drained else b"") + records(parts)


def over(carrier, text):
    """One answer as the device's side of @carrier gives it."""
    plain = text.rstrip(b"\r")
    if carrier in ("cypress", "phoenixtec"):
        return packets(text, 8, False)
    if carrier in ("phoenix", "fuji"):
        return packets(text, 8, True)
    if carrier in ("ippon", "gtec_usb", "omron_usb"):
        return packets(text, 64, False)
    if carrier == "sgs":
        return bytes([SILENCE]) + records([bytes([len(plain[i:i + 7])]) + plain[i:i + 7].ljust(7, b"\0")
                                           for i in range(0, len(plain), 7)]) + bytes([SILENCE])
    if carrier == "armac":
        return bytes([SILENCE]) + records([bytes([0xc0 + len(text[i:i + 5])]) + text[i:i + 5].ljust(5, b"0")
                                           for i in range(0, len(text), 5)])
    if carrier == "ablerex_usb":
        return records([text.ljust(47, b"\0")])
    if carrier in ("krauler", "fabula"):
        return records([bytes([len(text) + 2, 3]) + text])
    if carrier == "hunnox_usb":
        return records([b"\4\3U\0", bytes([len(text) + 2, 3]) + text])
    if carrier == "snr":
        return bytes([SILENCE]) + records([bytes([len(text) + 2, 3]) + text])
    return records([text])


def names(source, array):
    """The names in an array of pointers, in the order that fuzz_qx counts them."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../userspace/protocol", source)
    body = re.search(array + r"\[\] = \{(.*?)\};", open(path, encoding="utf-8").read(), re.S)[1]
    return re.findall(r"&qx_(\w+)", body)


def write(out, name, carrier, dialect, body):
    with open(os.path.join(out, name), "wb") as f:
        f.write(bytes([carrier, dialect]) + body[:4000])


def dialects_and_carriers(out):
    carriers, dialects = names("qx_carriers.c", "qx_carriers"), names("qx_detect.c", "qx_dialects")
    for i, dialect in enumerate(dialects):
        status = STATUS.get(dialect, crc(QPIGS) if dialect == "axpert" else Q1)
        write(out, "dialect-" + dialect, 0, i, records([status] * 14))
        mix = [status, status, status] + [x for more in MORE.get(dialect, []) for x in (more, status)]
        if dialect not in MORE:
            continue
        write(out, "settings-" + dialect, 0, i, records([status] * 3 + mix * 3))
        # voltronic's settings as options, and in a hurry
        write(out, "options-" + dialect, 0, i + 5 * (len(dialects) + 1), records([status] * 14))
        write(out, "hurry-" + dialect, 0, i + 9 * (len(dialects) + 1), records([status] * 8))
    for i, carrier in enumerate(carriers):
        for dialect in ("megatec", "q1"):
            write(out, f"carrier-{carrier}-{dialect}", i, dialects.index(dialect), over(carrier, Q1) * 14)
    # the framing of 64 bytes
    write(out, "carrier-armac-64", carriers.index("armac") | 0x80, dialects.index("q1"),
          (bytes([SILENCE]) + records([bytes([len(Q1)]) + Q1])) * 14)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(here, "../replay/qx/*.txt"))):
        name = os.path.basename(path)[:-4]
        lines = list(answers(path))
        # 21 is detection, see fuzz_qx.c
        with open(os.path.join(out, name), "wb") as f:
            f.write(bytes([0, 21]) + records(lines * 3))
    dialects_and_carriers(out)


main()
