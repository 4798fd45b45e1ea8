"""`python -m tests.record_desk`: makes docs/pictures/desk.png, desk_kiosk.png, staff_desk.png, desk.gif and card_day.gif.

They are for people: the window's pixels differ between pygame releases, so no test compares them.
"""

import pathlib
import tempfile

from simulator.script import Player, parse
from simulator.window import picture
from simulator.window_film import FilmedWorld
from simulator.world import World
from technician.play import open_world, run_play

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
FILM = """
card adult       expect show accepted
walk             expect passage state=passed
card elder       expect show accepted concession=elder
walk             expect passage state=passed
code ride        expect show accepted
walk             expect passage state=passed
code ride-again  expect show refused reason=code_replayed
wait 1500
card low         expect show refused reason=low_balance
wait 1500
card torn        expect show read_again
wait 1000
card torn        expect show accepted
walk             expect passage state=passed
wait 500
"""


def record_counters(folder):
    """The pictures of a kiosk and of a staff desk."""
    world = open_world(folder / "kiosk", 1, "kiosk1080")
    world.advance(1500)
    world.insert("elder")
    world.advance(3000)
    picture(world, FOLDER / "desk_kiosk.png")
    world.close()
    run_play(ROOT / "simulator" / "scripts" / "desk_card.txt", True, folder / "counter", folder / "pictures", 1)
    (folder / "pictures" / "staff_desk.png").replace(FOLDER / "staff_desk.png")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder) / "film")
        film = FilmedWorld(world, (720, 450))
        player = Player(film, "film")
        for step in parse(FILM, "film"):
            player.play(step)
        print(film.save(FOLDER / "desk.gif"), "frames in desk.gif")
        world.close()
        world = World(pathlib.Path(folder) / "picture")
        world.advance(1500)
        for name in ("adult", "other-city"):
            world.present(name)
            world.advance(1200)
            world.remove()
            world.walk()
            world.advance(2500)
        world.present("elder")
        world.advance(700)
        picture(world, FOLDER / "desk.png")
        world.close()
        record_counters(pathlib.Path(folder))
        day = ROOT / "simulator" / "scripts" / "card_day.txt"
        run_play(day, True, pathlib.Path(folder) / "day", None, 1, film=FOLDER / "card_day.gif")


if __name__ == "__main__":
    main()
