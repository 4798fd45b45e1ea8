"""Host only: a finger on a terminal's screen: which target a pixel meets, and how one pages to a target by its name."""

from simulator.errors import TargetMissing

KEYS = {".": "dot", "-": "dash", " ": "space"}  # characters whose keys have names
TOUCH_MS = 80  # a finger stays so long, and as long again away
_MOST_PAGES = 40
_PAGING = ("next", "tools", "previous")


def target_at(ops, x, y):
    """The action of the topmost target at a pixel of a display list, None when there is none."""
    found = None
    for op in ops:
        if op[0] == "hit" and op[1] <= x < op[1] + op[3] and op[2] <= y < op[2] + op[4]:
            found = op[5]
    return found


def press(world, action):
    """Presses the target `action` of the world's screen; "next" means "next.6", "choice" the first choice.

    Where it is not in sight the pages are turned, first of the body, then of the row of cells, then back. TargetMissing.
    """
    seen = set()
    for _ in range(_MOST_PAGES):
        target = _named(world.display_list, action)
        if target is not None:
            world.touch(target[1] + target[3] // 2, target[2] + target[4] // 2)
            return
        for verb in _PAGING:
            page = _named(world.display_list, verb)
            if page is not None and (verb, page[5], _page_of(world)) not in seen:
                seen.add((verb, page[5], _page_of(world)))
                world.touch(page[1] + page[3] // 2, page[2] + page[4] // 2)
                break
        else:
            break
    there = sorted({op[5] for op in world.display_list if op[0] == "hit"})
    raise TargetMissing("no target %s on %s; there are: %s" % (action, world.view["screen"], ", ".join(there)))


def _page_of(world):
    return world.view.get("first", 0), world.view.get("tools", 0)


def _named(ops, action):
    """The target's operation: its exact name first, then the first one whose name goes on behind a dot."""
    hits = [op for op in ops if op[0] == "hit"]
    for op in hits:
        if op[5] == action:
            return op
    for op in hits:
        if op[5].startswith(action + "."):
            return op
    return None
