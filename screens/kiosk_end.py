"""Kiosk screens of what came of it: done, proof, ticket, and what is in the way: waiting, printing, warning, trouble."""

from screens import kiosk_words
from screens.kiosk_page import KioskPage
from screens.kiosk_service import lines, offers
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, TITLE


def done(state, metrics):
    """Filed, or kept until the network is back (`kept`), or paid and not on the card yet (`held`): `reference`, `message`,
    `rows`, `valid_until`."""
    kept, held = state.get("kept"), state.get("held")
    page = KioskPage(state, metrics, state["title"], offers(state))
    message = page.words("kiosk.message.queued") if kept else page.pair(state.get("message"))
    facts = []
    if state.get("reference"):
        facts.append(kiosk_words.find("kiosk.reference") + [state["reference"]])
    if state.get("valid_until"):
        facts.append(kiosk_words.find("kiosk.valid_until") + [state["valid_until"]])
    theme, waits = metrics.theme, kept or held
    colours = (theme.on_badge, theme.badge) if waits else (theme.on_accepted, theme.accepted)
    words = page.words("kiosk.queued" if kept else "kiosk.held" if held else "kiosk.done")
    _verdict(page, "clock" if waits else "tick", colours, words, message)
    return _facts(page, state, facts)


def proof(state, metrics):
    """Proof of life accepted, and when the next one is due."""
    page = KioskPage(state, metrics, state["title"], offers(state))
    facts = []
    if state.get("next"):
        facts.append(kiosk_words.find("kiosk.next_proof") + [state["next"]])
    if state.get("reference"):
        facts.append(kiosk_words.find("kiosk.reference") + [state["reference"]])
    kept = state.get("kept")
    theme = metrics.theme
    colours = (theme.on_badge, theme.badge) if kept else (theme.on_accepted, theme.accepted)
    words = page.words("kiosk.queued" if kept else "kiosk.proof")
    message = page.words("kiosk.message.queued") if kept else page.pair(state.get("message"))
    _verdict(page, "clock" if kept else "tick", colours, words, message)
    return _facts(page, state, facts)


def ticket(state, metrics):
    """A queue number, its counter, and how many are ahead."""
    page = KioskPage(state, metrics, state["title"], offers(state))
    if not state.get("number"):
        return _ended(page, state)
    facts = []
    if state.get("counter"):
        facts.append(kiosk_words.find("kiosk.counter") + [str(state["counter"])])
    if state.get("ahead") is not None:
        facts.append(kiosk_words.find("kiosk.ahead") + ["%d %s" % (state["ahead"], page.words("kiosk.people"))])
    theme, gap = metrics.theme, page.gap
    small = metrics.sizes[BODY if page.upright else LABEL]
    high = metrics.sizes[GIANT] * (3 if page.upright else 1) + small + 2 * gap
    page.box(page.left, page.top, page.wide, high, theme.paper, gap)
    page.text(page.left, page.top + gap, page.wide, small, page.words("kiosk.ticket"), BODY if page.upright else LABEL,
              theme.muted_on_paper, theme.paper, weight=REGULAR)  # fmt: skip
    page.text(page.left, page.top + gap + small, page.wide, high - 2 * gap - small, str(state["number"]), GIANT,
              theme.on_paper, theme.paper)  # fmt: skip
    page.top += high + gap
    return _facts(page, state, facts)


def _ended(page, state):
    """An appointment instead of a number: done, with its rows."""
    theme = page.metrics.theme
    _verdict(
        page, "tick", (theme.on_accepted, theme.accepted), page.words("kiosk.done"), page.pair(state.get("message"))
    )
    return _facts(page, state, [])


def _verdict(page, icon, colours, words, message):
    """A sign on its colour, the verdict beside or below it, and one line of explanation."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    ink, ground = colours
    high = min(metrics.mm(80), (page.bottom - page.top) // 2) if page.upright else metrics.sizes[TITLE] + 3 * gap
    page.box(page.left, page.top, page.wide, high, ground, gap)
    if page.upright:
        side = high * 45 // 100
        page.icon(icon, (metrics.width - side) // 2, page.top + gap, side, ink, ground)
        top = page.top + gap + side
        page.body_text(
            page.left + gap, top, page.wide - 2 * gap, page.top + high - gap - top, words, GIANT, ink, ground
        )
    else:
        side = high - 2 * gap
        page.icon(icon, page.left + gap, page.top + gap, side, ink, ground)
        page.body_text(
            page.left + side + 2 * gap, page.top, page.wide - side - 3 * gap, high, words, TITLE, ink, ground
        )
    page.top += high + gap
    if message and message.rstrip("。.") != words:
        level = TITLE if page.upright else LABEL
        room = min(2 * metrics.line_height(metrics.sizes[level]), page.bottom - page.top)
        page.body_text(page.left, page.top, page.wide, room, message, level, theme.text, weight=REGULAR)
        page.top += room + gap


def _facts(page, state, facts):
    """The rows of a result below its own facts."""
    metrics = page.metrics
    if state.get("printed"):
        page.top += page.badge(page.left, page.top, page.wide, [page.words("kiosk.printed")], metrics.theme.on_badge,
                               metrics.theme.badge) + page.gap  # fmt: skip
    known = [fact[0] for fact in facts]
    told = facts + [row for row in state.get("rows", ()) if row[0] not in known]
    if told and page.bottom - page.top > metrics.sizes[LABEL]:
        lines(page, {"rows": told, "first": state.get("first", 0)})
    return page.close()


def _still(page, icon, colour, words, small):
    """One large sign in the middle with its words."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    room = page.bottom - page.top
    text = metrics.sizes[HEAD] * (2 if page.upright else 1) + 2 * metrics.sizes[BODY] + 3 * gap
    disc = min(room - text, page.wide * 2 // 5)
    y = page.top + (room - max(0, disc) - text) // 2
    if disc >= metrics.mm(9):
        x, inset = (metrics.width - disc) // 2, disc * 22 // 100
        page.box(x, y, disc, disc, theme.panel, disc // 2)
        page.icon(icon, x + inset, y + inset, disc - 2 * inset, colour, theme.panel)
        y += disc + gap
    high = metrics.sizes[HEAD] * (2 if page.upright else 1) + gap
    page.body_text(page.left, y, page.wide, high, words, HEAD)
    y += high + gap
    if small:
        page.body_text(page.left, y, page.wide, 2 * metrics.sizes[BODY] + gap, small, BODY, theme.muted, weight=REGULAR)


def wait(state, metrics):
    """The head-end, the card or a camera is asked; `step` says which."""
    key = "kiosk.wait." + state["step"]
    page = KioskPage(state, metrics, state.get("title") or "kiosk.home", back=False)
    _still(page, "reading", metrics.theme.accent, page.words(key), page.words("kiosk.wait.sub"))
    return page.close()


def paper(state, metrics):
    """`step` "printing", or "failed": then it is offered again."""
    failed = state["step"] == "failed"
    page = KioskPage(state, metrics, state["title"], (("kiosk.print_again", "print"),) if failed else (), back=failed)
    key = "kiosk.print_failed" if failed else "kiosk.printing"
    colour = metrics.theme.alarm if failed else metrics.theme.accent
    _still(page, "print", colour, page.words(key), page.words(key + ".sub"))
    return page.close()


def warning(state, metrics):
    """Nobody touched it for long: `seconds` until everything is wiped."""
    page = KioskPage(state, metrics, "kiosk.warning", (("kiosk.extend", "extend"),), back=False)
    theme, gap = metrics.theme, page.gap
    room = page.bottom - page.top
    number = "%d" % state["seconds"]
    high = min(room * 6 // 10, metrics.mm(80))
    y = page.top + (room - high - 2 * metrics.sizes[BODY] - 2 * gap) // 2
    x = (metrics.width - high) // 2
    page.box(x, y, high, high, theme.badge, high // 2)
    small = metrics.sizes[LABEL]
    tall = metrics.sizes[GIANT]
    page.text(x, y + (high - tall - small) // 2, high, tall, number, GIANT, theme.on_badge, theme.badge)
    page.text(x, y + (high - tall - small) // 2 + tall, high, small, page.words("kiosk.seconds"), LABEL, theme.on_badge,
              theme.badge, weight=REGULAR)  # fmt: skip
    page.body_text(
        page.left, y + high + gap, page.wide, 2 * metrics.sizes[BODY] + gap, page.words("kiosk.warning.sub"), BODY
    )
    return page.close()


def trouble(state, metrics):
    """`reason`, a key, or the `message` of whoever refused; `again`: another try is offered."""
    page = KioskPage(
        state, metrics, state.get("title") or "kiosk.error", (("kiosk.retry", "retry"),) if state.get("again") else ()
    )
    words = page.pair(state.get("message")) or page.words(kiosk_words.reason(state["reason"]))
    _still(page, "cross", metrics.theme.alarm, words, page.words("kiosk.error") if state.get("title") else "")
    return page.close()


def out_of_service(state, metrics):
    """Nothing works by which one could sign in."""
    page = KioskPage(state, metrics, "kiosk.home", back=False, out=False)
    _still(page, "cross", metrics.theme.alarm, page.words("out_of_service"), page.words("kiosk.out.sub"))
    return page.close()
