// Starts the terminal in MicroPython WebAssembly: the modules lie in a ROMFS image, and run from there.

import { loadMicroPython } from "./micropython.mjs";
import { encrypt } from "./aes.js";

export const PROFILES = ["gate480", "gate320", "bus240", "venue480"];
const HEAP = 4 << 20;

const START = `
import uctypes
from page import paint
from simulator.page_desk import PageDesk

def _paint(x, y, width, height, pixels):
    paint(x, y, width, height, uctypes.addressof(pixels))

def start(profile):
    files = {"whitelist": "/rom/list.wlt", "glyphs": "/rom/glyphs", "journal": "/" + profile}
    return PageDesk(profile, _paint, files)
`;

// Calls `paint(memory, x, y, width, height, at)` for every strip; gives `start(profile)`, which makes a PageDesk.
export async function loadTerminal(paint) {
    const answer = await fetch("gatepost.romfs");
    if (!answer.ok) throw new Error("gatepost.romfs: " + answer.status);
    const romfs = new Uint8Array(await answer.arrayBuffer());
    const micropython = await loadMicroPython({ heapsize: HEAP, pystack: 16384, romfs, stdout: (line) => console.log(line) });
    const module = micropython._module;
    micropython.registerJsModule("page", {
        paint: (x, y, width, height, at) => paint(module.HEAPU8, x, y, width, height, at),
        encrypt: (key, chain, from, to, length) => encrypt(module.HEAPU8, key, chain, from, to, length),
    });
    micropython.runPython(START);
    return micropython.globals.get("start");
}
