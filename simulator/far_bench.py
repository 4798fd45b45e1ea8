"""Host only: the bench with its terminal in a real MicroPython process, on a board's heap."""

import json
import os
import tempfile

from simulator import compiled
from simulator.bench import Bench
from simulator.far_gate import CONFIG
from simulator.micropython_runtime import MicropythonRuntime

FILES_HEAP = "448k"  # with the code in the heap too
HEAP = "384k"  # as many objects as in a board's 192 KB: on this 64-bit port each takes twice the room
_TERMINAL = ("far_gate", "far_hardware", "looks", "virtual_time", "__init__")
# As a board's boot does: collecting often keeps a small heap from falling into pieces while modules load.
BOOT = "import gc\ngc.threshold(4096)\n"
_START = "from simulator import far_gate\nfar_gate.main()"


def compile_terminal(folder, processor="host"):
    """Compiles what a board carries, and the far end of the wires, into `folder`; returns it."""
    far = [compiled.ROOT / "simulator" / (name + ".py") for name in _TERMINAL]
    return compiled.compile_into(folder, compiled.sources() + far, processor)


def from_folder(tree):
    """How a terminal starts from the modules in the folder `tree`: (heap, script) -> (command, environment)."""

    def start(heap, script):
        script = compiled.COMPILED_ONLY + BOOT + script
        return [*compiled.interpreter(heap), "-c", script], {"MICROPYPATH": "%s%s.frozen" % (tree, os.pathsep)}

    return start


def from_rom(tree):
    """The same with the code in a ROMFS image, mapped into memory as flash is: nothing of it is in the heap."""
    image = tree.with_suffix(".romfs")
    with tempfile.NamedTemporaryFile(dir=image.parent, delete=False) as file:
        file.write(compiled.rom_image(tree))
    os.replace(file.name, image)  # whoever maps the old one keeps it

    def start(heap, script):
        return [*compiled.rom_interpreter(image, heap), "-c", BOOT + script], {}

    return start


def far_world(tree):
    """What a World is told about a terminal of the modules in the folder `tree`: its heap, and how it starts."""
    return {"heap": HEAP, "tree": from_rom(tree)} if compiled.has_rom() else {"heap": FILES_HEAP, "tree": tree}


class FarBench(Bench):
    """A Bench whose terminal runs in MicroPython with `heap`, from the modules in the folder `tree` (see compile_terminal).

    Instead of a folder `tree` may be a function as from_folder gives it, for another interpreter.
    `files()` names whitelist, journal and journal_size; `psam` is the card in the slot; `look` [profile, contrast, elder].
    """

    def __init__(self, clock, psam, link, look, files, config, on_event, tree, heap):
        super().__init__(clock, None, link, look, None, config, self._heard)
        self._psam = psam
        self._files = files
        self._listener = on_event
        self._start = tree if callable(tree) else from_folder(tree)
        self._heap = heap
        self._runtime = None
        self._state = None

    def power_on(self):
        trusted = dict(self.config, list_key=self.config["list_key"].decode())
        clock = {"utc0": self.clock.utc() - self.clock.ms() // 1000, "ms": self.clock.ms(), "look": self._look}
        clock["lines"] = sorted(self.hardware.pins)
        command, environment = self._start(self._heap, _START)
        environment = {**environment, CONFIG: json.dumps({**trusted, **self._files(), **clock})}
        self._runtime = MicropythonRuntime(command, environment, self.hardware, self.clock, self._psam, self._heard, 0)

    def power_off(self):
        self._runtime.kill()
        self._runtime = self._state = None
        self.hardware.power_off()
        self.hardware.link.close()

    def is_on(self):
        return self._runtime is not None

    @property
    def state(self):
        return self._state

    @property
    def online(self):
        return self.is_on() and bool(self._runtime.report[0])

    @property
    def queued(self):
        return int.from_bytes(self._runtime.report[1:5], "big") if self.is_on() else 0

    @property
    def memory(self):
        """(KB in use, the heap) of the terminal."""
        used = int.from_bytes(self._runtime.report[5:9], "big") if self.is_on() else 0
        return used // 1024, self._heap

    @property
    def view(self):
        return self._runtime.view if self.is_on() else None

    def speak(self, language):
        self.config["settings"]["language"] = language
        self._order("speak", language)

    def skip(self, ms):
        self.clock.move(ms)
        self._order("skip", ms)

    def jump(self, seconds):
        self.clock.jump(seconds)
        self._order("jump", seconds)

    def weigh(self):
        """Lets the terminal tell of its heap: an event "heap" with free and largest in bytes, and its ticks."""
        self._order("heap", None)

    def replace_list(self, path):
        """Lets the terminal take over the list in this file; an event "list" tells when it is in force."""
        self._order("list", path)

    def restyle(self, look):
        """Another [profile, high contrast, elder] from now on."""
        self._look = look
        self._order("look", look)

    def run_for(self, ms):
        if self.is_on():
            self._runtime.run_for(ms)
        else:
            self.clock.move(ms)

    def _order(self, verb, value):
        if self.is_on():
            self._runtime.order(json.dumps([verb, value]))

    def _heard(self, event, facts):
        if event == "show":
            self._state = facts["state"]
        self._listener(event, facts)
