"""The machine code that boards carry, run instruction by instruction on an emulated Cortex-M or RISC-V."""

import json
import pathlib

import unicorn
from unicorn import arm_const, riscv_const

DATA = pathlib.Path(__file__).resolve().parent.parent / "terminal" / "data"
MANIFEST = json.loads((DATA / "sm2_core.json").read_text("utf8"))

_CODE, _HEAP, _STACK, _RETURN = 0x10000, 0x200000, 0x300000, 0x400000
_SIZE = 0x10000


class EmulatedCore:
    """sm2_core of `arch` ("armv7em", "rv32imc"), called as MicroPython calls it: from the function's first byte.

    `instructions` counts those of the last call when `counting`.
    """

    def __init__(self, arch, counting=False):
        entry = MANIFEST[arch]
        code = (DATA / entry["file"]).read_bytes()[entry["function"] : entry["function"] + entry["size"]]
        if arch == "armv7em":
            self._machine = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
            self._machine.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M7)
            names = arm_const
            self._arguments = [names.UC_ARM_REG_R0, names.UC_ARM_REG_R1, names.UC_ARM_REG_R2, names.UC_ARM_REG_R3]
            self._kept = list(range(names.UC_ARM_REG_R4, names.UC_ARM_REG_R11 + 1))
            self._stack, self._link, self._odd = names.UC_ARM_REG_SP, names.UC_ARM_REG_LR, 1
        else:
            self._machine = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
            names = riscv_const
            self._arguments = [
                names.UC_RISCV_REG_A0,
                names.UC_RISCV_REG_A1,
                names.UC_RISCV_REG_A2,
                names.UC_RISCV_REG_A3,
            ]
            self._kept = [names.UC_RISCV_REG_S0, names.UC_RISCV_REG_S1, names.UC_RISCV_REG_S2, names.UC_RISCV_REG_S11]
            self._stack, self._link, self._odd = names.UC_RISCV_REG_SP, names.UC_RISCV_REG_RA, 0
        for start in (_CODE, _HEAP, _STACK - _SIZE, _RETURN):
            self._machine.mem_map(start, _SIZE)
        # Not at the start of a page: the code must not know where it is.
        self._start = _CODE + 0x124
        self._machine.mem_write(self._start, code)
        self.instructions = 0
        if counting:
            self._machine.hook_add(unicorn.UC_HOOK_CODE, self._count)

    def _count(self, *_):
        self.instructions += 1

    def __call__(self, arguments, table, width, work):
        """The function's answer as a signed number; `arguments` and `work` are written back."""
        machine = self._machine
        places = []
        place = _HEAP
        for buffer in (arguments, table, work):
            machine.mem_write(place, bytes(buffer))
            places.append(place)
            place += len(buffer) + 64
        machine.mem_write(place, b"\xa5" * 64)
        for register, value in zip(self._arguments, (places[0], places[1], width, places[2])):
            machine.reg_write(register, value)
        for number, register in enumerate(self._kept):
            machine.reg_write(register, 0x5A5A0000 + number)
        machine.reg_write(self._stack, _STACK - 64)
        machine.reg_write(self._link, _RETURN | self._odd)
        self.instructions = 0
        machine.emu_start(self._start | self._odd, _RETURN)
        assert machine.reg_read(self._stack) == _STACK - 64, "the stack is not balanced"
        for number, register in enumerate(self._kept):
            assert machine.reg_read(register) == 0x5A5A0000 + number, "a register of the caller was lost"
        assert bytes(machine.mem_read(place, 64)) == b"\xa5" * 64, "written behind the scratch"
        arguments[:] = machine.mem_read(places[0], len(arguments))
        work[:] = machine.mem_read(places[2], len(work))
        answer = machine.reg_read(self._arguments[0])
        return answer - (1 << 32) if answer >> 31 else answer
