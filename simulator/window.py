"""Host only: the desk window: terminal, cards, phones, lane and log, played with mouse and keys.

`main(world)` opens it and returns an exit code; `picture(world, path)` draws one frame without any display.
"""

import os
import pathlib
import sys

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame  # noqa: E402

from screens import profiles  # noqa: E402
from screens.pygame_backend import Painter  # noqa: E402
from simulator import (  # noqa: E402
    looks,
    window_bar,
    window_cards,
    window_coach,
    window_more,
    window_panels,
    window_staff,
    window_stage,
)
from simulator.errors import NoDisplay  # noqa: E402
from simulator.film import LiveFilm  # noqa: E402
from simulator.window_desk import Desk  # noqa: E402
from simulator.window_layout import SMALLEST, Layout  # noqa: E402
from simulator.window_look import GROUND, Look  # noqa: E402
from simulator.window_sound import Sound  # noqa: E402
from simulator.window_words import words  # noqa: E402

SIZE = (1280, 800)
_FRAMES_PER_SECOND = 30
_KEYS = {
    pygame.K_SPACE: "walk",
    pygame.K_a: "tailgate",
    pygame.K_z: "turn_back",
    pygame.K_x: "reverse",
    pygame.K_v: "wheelchair",
    pygame.K_q: "code",
    pygame.K_TAB: "tray",
    pygame.K_o: "one_more",
    pygame.K_n: "network",
    pygame.K_p: "power",
    pygame.K_h: "fire",
    pygame.K_l: "language",
    pygame.K_e: "elder",
    pygame.K_c: "contrast",
    pygame.K_b: "boxes",
    pygame.K_s: "picture",
    pygame.K_t: "pause",
    pygame.K_f: "more",
    pygame.K_m: "maintenance",
    pygame.K_u: "volume",
    pygame.K_j: "clock",
    pygame.K_k: "hour",
    pygame.K_d: "cut",
    pygame.K_r: "record",
    pygame.K_g: "film",
    pygame.K_RETURN: "replay",
    pygame.K_KP_ENTER: "replay",
    pygame.K_i: "staff_read",
    pygame.K_y: "staff_yes",
    pygame.K_PLUS: "faster",
    pygame.K_EQUALS: "faster",
    pygame.K_KP_PLUS: "faster",
    pygame.K_MINUS: "slower",
    pygame.K_KP_MINUS: "slower",
    pygame.K_F1: "help",
    pygame.K_QUESTION: "help",
    pygame.K_SLASH: "help",
}


class Window:
    """Draws a Desk on a surface and turns events into what happens on it."""

    def __init__(self, world, size=SIZE, lang="zh", sound=None, pictures="."):
        self.desk = Desk(world, lang, sound)
        self._look = Look(Painter())
        self._pictures = pathlib.Path(pictures)
        self._dragged = None
        self._film = None  # the LiveFilm that is shot, or that is being written
        self.resize(size)

    def resize(self, size):
        self._laid_out = self.desk.world.profile
        self.layout = self.desk.layout = Layout(size, self._display_size(), looks.kind(self._laid_out))
        for held in self.desk.held.values():
            if held.homeward:
                self.desk.take_home(held)
            else:
                held.fly(self.desk.place(held.card))

    def _display_size(self):
        metrics = profiles.metrics(looks.display(self.desk.world.profile))
        return metrics.width, metrics.height

    def draw(self, surface):
        if self.desk.world.profile != self._laid_out:  # everybody went to another terminal
            self.resize(self.layout.size)
        look, layout, desk = self._look, self.layout, self.desk
        surface.fill(GROUND)
        window_stage.draw_stage(look, surface, layout, desk)
        window_cards.draw_tray(look, surface, layout, desk)
        window_panels.draw_log(look, surface, layout, desk)
        window_panels.draw_state(look, surface, layout, desk)
        window_bar.draw_bar(look, surface, layout, desk)
        window_coach.draw_ghost(look, surface, layout, desk)
        for held in desk.held.values():
            window_cards.draw_held(look, surface, layout, desk, held.card, held.centre, held.in_hand)
        if desk.notice:
            window_panels.draw_notice(look, surface, layout, desk.notice)
        if desk.more:
            window_more.draw(look, surface, layout, desk)
        if desk.help:
            window_panels.draw_help(look, surface, layout, desk)

    # Input

    def handle(self, event, surface):
        """One pygame event; False when the window is to close."""
        if event.type == pygame.QUIT:
            return False
        if event.type == pygame.KEYDOWN:
            return self._key(event, surface)
        if event.type == pygame.MOUSEMOTION:
            self.desk.mouse = event.pos
            if self._dragged:
                self.desk.drag(self._dragged, event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._press(event.pos, surface)
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            self._release()
        elif event.type == pygame.MOUSEWHEEL:
            self.desk.scroll(event.y, window_panels.log_lines(self.layout, self.desk))
        elif event.type == pygame.VIDEORESIZE:
            self.resize((event.w, event.h))
        return True

    def _key(self, event, surface):
        if event.key == pygame.K_ESCAPE and self.desk.more:
            self.desk.more = False
            return True
        if event.key == pygame.K_ESCAPE and not self.desk.help:
            return False
        if self.desk.help:
            self.desk.help = False
            return True
        cap = event.unicode.upper()
        for card in self.desk.cards:
            if cap and card.key == cap:
                self.desk.tap(card.name)
                return True
        self._act(_KEYS.get(event.key, ""), surface)
        return True

    def _act(self, action, surface):
        if action == "picture":
            self._save_picture(surface)
        elif action == "film":
            self._start_or_end_film()
        elif action.startswith(window_more.FAULT):
            self.desk.fault(action[len(window_more.FAULT) :])
        elif action:
            self.desk.act(action)
            if action == "record" and self.desk.recording is None:
                self._save_recording()

    def _press(self, pointer, surface):
        if self.desk.help:
            self.desk.help = False
            return
        if self.desk.more:
            hit = [action for action, rect in window_more.rects(self.layout, self.desk) if rect.collidepoint(pointer)]
            if hit:
                self._act(hit[0], surface)
            else:
                self.desk.more = False
            return
        for action, _, _, rect in window_bar.button_rects(self._look, self.layout, self.desk):
            if rect.collidepoint(pointer):
                self._act(action, surface)
                return
        for action, rect in window_bar.clock_rects(self.layout):
            if rect.collidepoint(pointer):
                self.desk.act(action)
                return
        if self.desk.coach.runs and self.layout.coach.collidepoint(pointer):
            self.desk.coach.skip()
            return
        for group, rect in zip(self.desk.groups, self.layout.tabs, strict=False):
            if rect.collidepoint(pointer):
                self.desk.group = group
                return
        if self.layout.staff is not None and self.layout.staff.collidepoint(pointer):
            self.desk.act(window_staff.action_at(self.layout, pointer))
            return
        if self.layout.log.collidepoint(pointer):
            self.desk.filter_log(window_panels.log_kind_at(self.layout, self.desk, pointer))
            return
        if self.layout.state.collidepoint(pointer):
            self.desk.turn_page()
            return
        if self.layout.paper is not None and self.layout.paper.collidepoint(pointer) and self.desk.world.sheets:
            self.desk.world.show_receipt()
            return
        held = self.desk.held_at(pointer)
        if held is None and self.layout.screen.collidepoint(pointer):
            left, top = self.layout.screen.topleft
            self.desk.touch(int((pointer[0] - left) / self.layout.scale), int((pointer[1] - top) / self.layout.scale))
            return
        if held is None:
            card = self._card_at(pointer)
            if card is None:
                return
            held = self.desk.take_out(card)
        held.grab(pointer)
        self._dragged = held

    def _card_at(self, pointer):
        for card in self.desk.grouped(self.desk.group):
            if not self.desk.is_out(card.name) and self.desk.slot(card).collidepoint(pointer):
                return card
        return None

    def _release(self):
        held, self._dragged = self._dragged, None
        if held is None:
            return
        if held.in_hand:
            self.desk.drop(held)
        elif held.presented:
            self.desk.take_home(held)
        else:  # a click without a move: a tap
            self.desk.held.pop(held.card.name, None)
            self.desk.tap(held.card.name)

    def _start_or_end_film(self):
        if self.desk.filmed_ms is not None:
            self.end_film()
        elif self._film is None:
            self._film = LiveFilm(self.layout.size)
            self.desk.filmed_ms = 0
            self.desk.say(words("filming", self.desk.lang))
        else:
            self.desk.say(words("film_written", self.desk.lang))

    def end_film(self):
        """Writes what was filmed, if anything is being filmed."""
        if self.desk.filmed_ms is not None:
            self.desk.filmed_ms = None
            self._film.stop(self._place("gif"))
            self.desk.say(words("film_written", self.desk.lang))

    def film(self, surface, ms):
        """Once a frame: shoots while a film runs, tells where it lies once it is written."""
        if self._film is None:
            return
        if self.desk.filmed_ms is not None:
            self._film.watch(surface, ms)
            self.desk.filmed_ms = self._film.ms
            if self._film.is_full:
                self.end_film()
        elif self._film.told() is not None:
            self._tell(self._film.told())
            self._film = None

    def _save_picture(self, surface):
        self._save("png", lambda path: pygame.image.save(surface, str(path)))

    def _save_recording(self):
        self._save("txt", lambda path: path.write_text(self.desk.recorded, encoding="utf8"))

    def _place(self, suffix):
        name = "gatepost-%s.%s" % (self.desk.clock_text.replace(":", "").replace(".", "-"), suffix)
        return self._pictures / name

    def _save(self, suffix, write):
        path = self._place(suffix)
        try:
            self._pictures.mkdir(parents=True, exist_ok=True)
            write(path)
        except (OSError, pygame.error) as error:
            path = error
        self._tell(path)

    def _tell(self, written):
        """Where something was written, or the error that says why not."""
        if isinstance(written, Exception):
            self.desk.say(str(written))
        else:
            self.desk.say("%s %s" % (words("saved", self.desk.lang), written.absolute()))


def picture(world, path, size=SIZE, lang="zh"):
    """Draws one frame of the desk into the PNG `path`; needs no display. Moves no time."""
    window = Window(world, size, lang)
    window.desk.coach.end()
    window.desk.advance(0)
    surface = pygame.Surface(window.layout.size)
    window.draw(surface)
    pygame.image.save(surface, str(path))


def display_problem():
    """Why no window can be opened here, in a few words; None when one can."""
    servers = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    if sys.platform.startswith("linux") and not any(name in os.environ for name in servers):
        # SDL would try each driver aloud and then draw for nobody. A console (kmsdrm) has to be named.
        return "there is no display"
    try:
        pygame.display.init()
    except pygame.error as error:
        return str(error)
    # A server that is named and does not answer: SDL draws for nobody, and says nothing.
    if pygame.display.get_driver() in ("offscreen", "dummy") and "SDL_VIDEODRIVER" not in os.environ:
        return "the display %s does not answer" % (os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))
    return None


def main(world, lang="zh", pictures=".", size=None, polls=()):
    """Opens the window and plays until it is closed; returns 0. `pictures` is where screenshots go.

    NoDisplay when this machine has no screen to open it on. `size`: fits the screen when it is not given.
    `polls` are called once a frame: the remote control, real readers.
    """
    problem = display_problem()
    if problem:
        raise NoDisplay("no display for the simulator window (%s): use --headless, or start an X server" % problem)
    surface = pygame.display.set_mode(size or _fitting_size(), pygame.RESIZABLE)
    pygame.display.set_caption("Gatepost")
    sound = Sound()
    try:
        window = Window(world, surface.get_size(), lang, sound, pictures)
        if not sound.works:
            print(words("no_sound", "en"), file=sys.stderr)
            window.desk.say(words("no_sound", lang))
        _play(window, polls)
        window.end_film()
    finally:
        sound.close()
        pygame.display.quit()
    return 0


def _fitting_size():
    """1280 x 800, smaller on a small screen, larger where there is room for half as much again."""
    wide, high = pygame.display.get_desktop_sizes()[0]
    if wide >= 1920 and high >= 1200:
        return 1760, 1100
    return max(SMALLEST[0], min(SIZE[0], wide)), max(SMALLEST[1], min(SIZE[1], high - 40 if high < 860 else high))


def _play(window, polls):
    clock = pygame.time.Clock()
    while True:
        surface = pygame.display.get_surface()
        for event in pygame.event.get():
            if not window.handle(event, surface):
                return
        for poll in polls:
            poll()
        ms = min(100, clock.tick(_FRAMES_PER_SECOND))
        window.desk.advance(ms)
        if surface.get_width() >= SMALLEST[0] and surface.get_height() >= SMALLEST[1]:
            window.draw(surface)
        else:  # smaller than readable: the desk is drawn at its smallest and its corner shown
            whole = pygame.Surface(window.layout.size)
            window.draw(whole)
            surface.blit(whole, (0, 0))
        window.film(surface, ms)
        pygame.display.flip()
