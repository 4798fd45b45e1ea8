"""The frame of a kiosk's page: head with back and exit, body, the page's own actions, and the tools at the foot.

An upright display has them all at once. On a small one a single row of cells is left for actions, paging, back, exit
and tools; what does not fit comes with the cell "more" (action "tools.N").
"""

from screens import kiosk_prompts, kiosk_words, parts
from screens.metrics import BODY, HEAD, LABEL, REGULAR, SMALL, TITLE
from screens.page import CENTRE, LEFT, Page, other

_TOOLS = ("voice", "help", "language", "elder", "contrast")
_SMALL_COLUMNS = 5  # more than these and English words would have to be cut


def pair(texts, lang):
    """The text of a (Chinese, English) pair, or a plain text as it is."""
    if isinstance(texts, str):
        return texts
    return texts[0 if lang == "zh" else 1] if texts else ""


class KioskPage(Page):
    """`title`: a key of the words, or a (Chinese, English) pair. `actions`: (key, action) of the page's own buttons, the
    first is the one that most will press. `back`, `out`: whether the head has them.

    `top`, `bottom`, `left`, `wide`: the body. `close()` draws what stands below it, and gives the display list.
    """

    def __init__(self, state, metrics, title, actions=(), back=True, out=True):
        Page.__init__(self, metrics, state.get("lang", "zh"), metrics.theme.background)
        self.state = state
        self.upright = metrics.height > metrics.width
        self.least = metrics.mm(20 if metrics.elder else 12 if self.upright else 9)
        self.gap = metrics.pad // 2
        self._actions = [(self.words(key), action) for key, action in actions]
        self._tools = [self._tool(name) for name in _TOOLS]
        self._corners = (["back"] if back else []) + (["out"] if out else [])
        self._paging = []
        self.footless = False  # the body has taken the foot's cells too
        self.left = metrics.pad if self.upright else 1  # four cells of 20 mm need all of a small display
        self.wide = metrics.width - 2 * self.left
        title = self.words(title) if isinstance(title, str) else self.pair(title)
        self._prompt = kiosk_prompts.key(state)
        # What is heard is seen too: whoever cannot hear misses nothing.
        captioned = self._prompt is not None and (metrics.elder or state.get("voice"))
        captioned = captioned and title != self.words(self._prompt)
        if captioned and not self.upright and kiosk_prompts.is_title(state):
            title = self.words(self._prompt)
        self.top = (self._head if self.upright else self._small_head)(title) + self.gap
        if captioned and self.upright:
            self._caption(self.words(self._prompt))
        self._foot = metrics.height - self._foot_height()
        self.bottom = self._foot - self.gap

    def words(self, key):
        return kiosk_words.text(key, self.lang)

    def other_words(self, key):
        return kiosk_words.text(key, other(self.lang))

    def pair(self, texts):
        return pair(texts, self.lang)

    # Head

    def _head(self, title):
        metrics, theme = self.metrics, self.metrics.theme
        bar = parts.status_bar(self, self.state)
        high = max(self.least, metrics.sizes[HEAD] + metrics.pad)
        self.box(0, bar, metrics.width, high, theme.accent)
        side = max(self.least, metrics.width // 6)
        for key in self._corners:
            x = 0 if key == "back" else metrics.width - side
            self.text(x + self.gap, bar, side - 2 * self.gap, high, self.words("kiosk." + key), TITLE, theme.on_accent,
                      theme.accent)  # fmt: skip
            self.target(x, bar, side, high, key)
        left = side if "back" in self._corners or "out" in self._corners else self.gap
        self._line(left, bar, metrics.width - 2 * left, high, title, HEAD, theme.on_accent, theme.accent)
        return bar + high

    def _small_head(self, title):
        metrics, theme, pad = self.metrics, self.metrics.theme, self.metrics.pad
        px = metrics.sizes[TITLE]
        high = px + self.gap
        self.box(0, 0, metrics.width, high, theme.accent)
        clock = self.state.get("clock", "")
        right = metrics.text_width(clock, metrics.sizes[SMALL], REGULAR) + pad if clock else 0
        if clock and not metrics.elder:
            self.text(metrics.width - right, 0, right, high, clock, SMALL, theme.on_accent, theme.accent, LEFT, REGULAR)
        else:
            right = pad
        self._line(pad, 0, metrics.width - pad - right, high, title, TITLE, theme.on_accent, theme.accent)
        return high

    def _line(self, x, y, wide, high, words, level, colour, ground, align=CENTRE):
        """Words that come from data: on as many lines as there is room for."""
        metrics = self.metrics
        px, lines = metrics.fit_lines(words, wide, high, level) or metrics.squeeze(words, wide)
        self.paragraph(x, y, wide, high, px, lines, colour, ground, align)
        return px

    def _caption(self, words):
        """A line below the head with what is said."""
        metrics, theme = self.metrics, self.metrics.theme
        high, top = metrics.sizes[BODY] + self.gap, self.top - self.gap
        self.box(0, top, metrics.width, high, theme.panel)
        self.icon("voice", metrics.pad, top + self.gap // 2, metrics.sizes[BODY], theme.accent, theme.panel)
        x = 2 * metrics.pad + metrics.sizes[BODY]
        self.text(x, top, metrics.width - x - metrics.pad, high, words, BODY, theme.text, theme.panel, LEFT, REGULAR)
        self.top += high

    # Foot

    def _tool(self, name):
        key = name
        if name == "elder" and self.metrics.elder:
            key = "standard"
        elif name == "voice" and self.state.get("voice"):
            key = "voice_off"
        return self.words("kiosk." + key), name

    def _foot_height(self):
        if not self.upright:
            return self.least + self.gap // 2
        rows = self._action_rows()
        tools = self.least + self.gap if self._tools else 0
        return rows * (self._button() + self.gap) + tools

    def _button(self):
        return self.metrics.mm(20 if self.metrics.elder else 16)

    def _action_rows(self):
        count = len(self._actions)
        if self.metrics.elder or count < 2:
            return count
        return 1 + -(-(count - 1) // 2)

    def close(self):
        """Draws actions, paging and tools; returns the display list."""
        if self.upright:
            self._upright_foot()
        elif not self.footless:
            self._small_foot()
        if self._prompt is not None and kiosk_prompts.is_written(self.words(self._prompt), self.ops):
            self.say(self._prompt)
        return self.ops

    def _upright_foot(self):
        metrics, theme = self.metrics, self.metrics.theme
        y = self._foot
        high = self._button()
        columns = 1 if metrics.elder else 2
        for at, (words, action) in enumerate(self._actions):
            if at == 0:
                parts.target(self, self.left, y, self.wide, high, words, action, HEAD, strong=True)
                y += high + self.gap
                continue
            row, column = divmod(at - 1, columns)
            alone = columns == 1 or (at == len(self._actions) - 1 and column == 0)
            wide = self.wide if alone else (self.wide - self.gap) // 2
            x = self.left + column * (wide + self.gap)
            parts.target(self, x, y + row * (high + self.gap), wide, high, words, action, TITLE)
        if not self._tools:
            return
        top = metrics.height - self.least
        self.box(0, top, metrics.width, self.least, theme.accent)
        wide = metrics.width // len(self._tools)
        for at, (words, action) in enumerate(self._tools):
            self._line(
                at * wide + self.gap, top, wide - 2 * self.gap, self.least, words, BODY, theme.on_accent, theme.accent
            )
            self.target(at * wide, top, wide, self.least, action)

    def _small_foot(self):
        cells = self.all_cells()
        bottom = self.metrics.height - self.gap // 2
        self.grid(cells, self._foot, bottom, self.state.get("tools", 0), "tools", 1, _SMALL_COLUMNS, even=True)

    def all_cells(self):
        """On a small display: every action of the page in the order of their use: (words, action, strong)."""
        cells = [(words, action, at == 0) for at, (words, action) in enumerate(self._actions)]
        cells[1:1] = [(words, action, False) for words, action in self._paging]
        cells += [(self.words("kiosk." + key), key, False) for key in self._corners]
        return cells + [(words, action, False) for words, action in self._tools]

    # Parts of bodies

    def grid(self, cells, top, bottom, first, verb, rows=0, columns=0, level=TITLE, even=False):
        """Buttons in rows; where they do not all fit the last place leads to the others ("verb.N"), round and round.

        `rows`, `columns`: how many, 0 for as many as there is room for. `even`: all their words in one size.
        """
        gap = self.gap
        high, wide = bottom - top, self.wide
        rows = rows or max(1, (high + gap) // (self.least + gap))
        columns = min(columns or 99, (wide + gap) // (self.least + gap))
        room = rows * columns
        every = cells
        if len(cells) > room:
            # Past the end it begins anew; whatever the number, the same pages come round.
            first = first // (room - 1) * (room - 1) if first < len(cells) else 0
            following = first + room - 1
            cells = cells[first:following] + [
                (self.words("kiosk.more"), "%s.%d" % (verb, following if following < len(cells) else 0), False)
            ]
        else:
            columns = min(columns, len(cells))
            rows = -(-len(cells) // columns)
        cell = (wide + gap) // columns, (high + gap) // rows
        if even:
            # With those behind "more" nothing jumps when one turns there and back; large letters stay as large as they can.
            alike = [words for words, _, _ in (cells if self.metrics.elder else every)]
            level = parts.fit_targets(self.metrics, alike, cell[0] - gap, cell[1] - gap, level)
        for at, (words, action, strong) in enumerate(cells):
            x, y = self.left + at % columns * cell[0], top + at // columns * cell[1]
            parts.target(self, x, y, cell[0] - gap, cell[1] - gap, words, action, level, strong)

    def fill(self, lines, least_mm, most_mm):
        """The height of each of `lines` targets: upright between the two, as the body allows; small: all there is."""
        if not self.upright:
            room = self.bottom - self.top + self.gap
            return max(self.least, room // max(1, room // (self.least + self.gap)) - self.gap)
        metrics = self.metrics
        room = (self.bottom - self.top + self.gap) // max(1, lines) - self.gap
        return max(self.least, metrics.mm(least_mm), min(metrics.mm(most_mm), room))

    def paged(self, count, high, first, columns=1, before=None, behind=None):
        """(first, last) of the `count` things to show now, `columns` in each line of `high` pixels; paging if needed.

        `first` is the index that the view state asks for; the targets of paging say the others. `before`, `behind`:
        actions that lead to what lies before the first and behind the last of them, where something does.
        """
        lines, room = -(-count // columns), self.bottom - self.top
        fits = max(1, (room + self.gap) // (high + self.gap))
        if lines <= fits and not before and not behind:
            return 0, count
        if self.upright:
            fits = max(1, (room - self._button()) // (high + self.gap))
        step = fits * columns
        first = first // step * step if first < count else 0
        last = min(count, first + step)
        onward = "next.%d" % last if last < count else behind
        back = "previous.%d" % (first - step) if first else before
        if onward:
            self._paging.append((self.words("kiosk.next"), onward))
        if back:
            self._paging.append((self.words("kiosk.previous"), back))
        if self.upright:
            self._paging_bar(first, last, count)
        return first, last

    def _paging_bar(self, first, last, count):
        """Upright: previous and next below the body's lines, and where one is between them."""
        theme = self.metrics.theme
        high = self._button()
        y = self.bottom - high
        third = (self.wide - 2 * self.gap) // 3
        for words, action in self._paging:
            x = self.left if words == self.words("kiosk.previous") else self.left + 2 * (third + self.gap)
            parts.target(self, x, y, third, high, words, action, TITLE)
        place = "%d-%d / %d" % (first + 1, last, count)
        self.text(
            self.left + third + self.gap, y, third, high, place, BODY, theme.muted, theme.background, weight=REGULAR
        )
        self.bottom = y - self.gap

    def body_text(self, x, y, wide, high, words, level, colour=None, ground=None, align=CENTRE, weight=1):
        """A paragraph in a box of the body, as large as it may; returns the px it got."""
        metrics, theme = self.metrics, self.metrics.theme
        px, lines = metrics.fit_lines(words, wide, high, level, weight) or metrics.squeeze(words, wide, weight)
        ground = theme.background if ground is None else ground
        self.paragraph(x, y, wide, high, px, lines, theme.text if colour is None else colour, ground, align, weight)
        return px

    def label(self, x, y, wide, words, level=LABEL, align=CENTRE):
        """A quiet line; returns the y below it."""
        theme, high = self.metrics.theme, self.metrics.sizes[level]
        self.text(x, y, wide, high, words, level, theme.muted, theme.background, align, REGULAR)
        return y + high + self.gap
