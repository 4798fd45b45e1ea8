"""Writes simulator/tariffs from the technician's own: the simulator's gates ask the prices that are shipped.

python -m technician.demo_tariffs
"""

import pathlib
import pprint

from technician.tariff import EXAMPLES
from technician.tariff_file import load

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "simulator" / "tariffs"


def modules():
    """{name: text of its module} for each shipped tariff; modules, because boards without files can import them too."""
    texts = {}
    for path in sorted(EXAMPLES.glob("*.toml")):
        head = (
            '"""Compiled from technician/data/tariffs/%s by technician.demo_tariffs: change that file."""' % path.name
        )
        body = pprint.pformat(load(path), width=118, compact=True)
        texts[path.stem] = "%s\n\n# fmt: off\nTARIFF = %s\n" % (head, body)
    return texts


if __name__ == "__main__":
    for name, text in modules().items():
        (FOLDER / (name + ".py")).write_text(text, "utf8")
