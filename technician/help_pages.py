"""The help pages of `gatepost`: commands in sections, whole sentences, arguments in capitals, examples to type."""

from typer.core import TyperArgument, TyperCommand, TyperGroup

_SENTENCE = 240  # characters
_KEY = "--key 00112233445566778899aabbccddeeff"
SECTIONS = (
    ("Try it", ("sim", "play", "web", "doctor")),
    ("Cards, codes and files", ("decode", "code", "table", "journal", "tariff", "services", "settings")),
    ("Devices at this computer", ("read", "chip", "card", "printer")),
    ("Boards at a cable", (
        "scan", "provision", "flash", "update", "rollback", "logs", "report", "label", "board", "esp32",
    )),
    ("This computer as a terminal", ("serve", "desk")),
    ("The other end", ("headend", "operator")),
)  # fmt: skip
EXIT_CODES = (
    "Exit codes: 0 it is done, or the answer is yes; 1 the answer is no: a fault was found, a board failed, nobody came;"
    " 2 it could not be tried: one line says why, and docs/errors.md explains its code."
)
# By command, what one types behind `gatepost`.
EXAMPLES = {
    "sim": ("sim", "sim --profile kiosk1080", "sim --headless --remote 0"),
    "play": (
        "play simulator/scripts/metro_gate.txt", "play simulator/scripts/card_day.txt --film day.gif",
        "play simulator/scripts/metro_gate.txt --runtime micropython --json",
    ),
    "web": ("web --serve 8480",),
    "doctor": ("doctor", "doctor --reader pcsc:PICC", "doctor --board /dev/ttyACM0 --json"),
    "decode fci": (
        "decode fci 6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114",
        "decode fci 01011000FFFFFFFF02010310517001017090798420190806204012310000 --balance 00000FA0",
    ),
    "decode log": ("decode log 00B1000000000000000941310062938020240310211508",),
    "decode code": ("decode code ride.png", "decode code ride.png --at 2026-03-16T08:00 --json"),
    "code issue": ("code issue ride --picture ride.png", "code issue account --account 0000000000001234"),
    "code keys": ("code keys",),
    "table build": ("table build list.csv list.wlt --key-file list.key", "table build new.csv new.wlt --base list.wlt --epoch 2 " + _KEY),
    "table info": ("table info list.wlt",),
    "table look": ("table look list.wlt purse 03104830100000000002 " + _KEY,),
    "table verify": ("table verify list.wlt --key-file list.key",),
    "table diff": ("table diff list.wlt new.wlt change.wld --key-file list.key",),
    "table apply": ("table apply list.wlt change.wld list.wlt --key-file list.key",),
    "table repair": ("table repair list.wlt copy.wlt --key-file list.key",),
    "journal info": ("journal info journal.txj",),
    "journal dump": ("journal dump journal.txj", "journal dump journal.txj --from 1 --json"),
    "journal verify": ("journal verify journal.txj",),
    "tariff check": ("tariff check metro", "tariff check metro.toml"),
    "tariff compile": ("tariff compile metro metro.json",),
    "tariff explain": (
        "tariff explain gate --class student",
        "tariff explain metro --here station=xinjiekou --here direction=exit --visits open=gulou@07:30 --at 2026-03-16T08:00",
    ),
    "tariff simulate": ("tariff simulate gate journal.txj", "tariff simulate metro a.txj@station=gulou b.txj@station=xinjiekou,direction=exit"),
    "services check": ("services check",),
    "services compile": ("services compile --place village --out services.json",),
    "services show": ("services show", "services show --place library"),
    "settings check": ("settings check settings.toml",),
    "settings compile": ("settings compile settings.toml --out settings.json",),
    "settings diff": ("settings diff before.toml settings.toml",),
    "read": ("read --reader serial:/dev/ttyUSB0", "read --reader pcsc:PICC --json"),
    "chip": ("chip pn532 --card elder", "chip gpio --folder gpio"),
    "card": ("card adult", "card sam --vpcd localhost:35964"),
    "printer": ("printer /dev/usb/lp0 --test-page", "printer serial:/dev/ttyUSB1@9600 --columns 32"),
    "scan": ("scan", "scan /dev/ttyACM0 --json"),
    "provision": (
        "board demonstration esp32s3-gate bench",
        "provision /dev/ttyACM0 --class esp32s3-gate --settings bench/settings.toml --trust bench/trust.json --site bench/site.json",
    ),
    "flash": ("flash firmware.gpk /dev/ttyACM0 /dev/ttyACM1 --job batch.jsonl", "flash firmware.gpk /dev/ttyACM1 --job batch.jsonl --resume"),
    "update": ("update firmware.gpk",),
    "rollback": ("rollback /dev/ttyACM0",),
    "logs": ("logs /dev/ttyACM0",),
    "report": ("report batch.jsonl",),
    "label": ("label /dev/ttyACM0 plate.svg",),
    "board virtual": ("board virtual", "board virtual --class rp2350-gate --folder flash --card adult"),
    "board demonstration": ("board demonstration esp32s3-gate bench",),
    "board wiring": ("board wiring",),
    "board sizes": ("board sizes",),
    "board build": (
        "board build esp32s3-gate 7 firmware.gpk --demonstration-key",
        "board build esp32s3-gate 7 firmware.gpk --key firmware.sm2 --trust trust.json",
        "board build esp32s3-gate 7 unsigned.gpk --unsigned",
    ),
    "board sign": ("board sign unsigned.gpk firmware.gpk --key firmware.sm2 --trust trust.json",),
    "board units": ("board units /mnt/root --class linux-gate",),
    "board bundle": ("board bundle linux-gate 7 /mnt/root gate-7.raucb --cert release.crt --key release.key",),
    "esp32 sign": ("esp32 sign micropython.bin signed.bin --key owner.pem",),
    "esp32 secure": ("esp32 secure /dev/ttyACM0 --key owner.pem", "esp32 secure --virtual fuses --key owner.pem --burn"),
    "serve": ("serve linux-gate --settings settings.toml --home /var/lib/gatepost",),
    "desk": ("desk --reader PICC", "desk --reader Contact --reader PICC --sam SAM --headend 10.0.0.5:8470"),
    "headend": ("headend", "headend --back-end demonstration", "headend --host 0.0.0.0 --tls-name headend.example"),
    "operator serve": ("operator user li --role operator", "operator serve"),
    "operator user": ("operator user li --role operator",),
    "operator cards": ("operator cards list.csv --publish",),
    "operator revoke": ("operator revoke 0123456789ABCDEF",),
    "operator keys": ("operator keys", "operator keys root.sm2 firmware.sm2"),
    "operator trust": ("operator trust trust.json --root root.sm2 --role firmware=firmware.sm2 --role tariff=tariff.sm2",),
}  # fmt: skip


class Command(TyperCommand):
    """One command. What one types is in capitals, and the page ends with examples."""

    def __init__(self, name, **options):
        super().__init__(name, **options)
        for argument in self.params:
            if isinstance(argument, TyperArgument) and argument.metavar is None:
                argument.metavar = argument.name.upper() + ("..." if argument.nargs != 1 else "")

    def collect_usage_pieces(self, ctx):
        return [
            piece.replace("{", "").replace("}", "").replace("[[", "[").replace("]]", "]")
            for piece in super().collect_usage_pieces(ctx)
        ]

    def format_epilog(self, ctx, formatter):
        examples = EXAMPLES.get(ctx.command_path.partition(" ")[2], ())
        if examples:
            with formatter.section("Examples"):
                for example in examples:  # whole, whatever the window's width: it is there to be copied
                    formatter.write("%*sgatepost %s\n" % (formatter.current_indent, "", example))


class Commands(TyperGroup):
    """A group of commands, each with its whole first sentence: cut at the edge of the window it would say nothing."""

    def format_commands(self, ctx, formatter):
        there = self.list_commands(ctx)
        for title, names in SECTIONS if ctx.parent is None else (("Commands", there),):
            with formatter.section(title):
                formatter.write_dl([
                    (name, self.get_command(ctx, name).get_short_help_str(_SENTENCE)) for name in names if name in there
                ])  # fmt: skip

    def format_epilog(self, ctx, formatter):
        if ctx.parent is None:
            formatter.write_paragraph()
            formatter.write_text(EXIT_CODES)


def dress(app):
    """Gives each command of a Typer app, and of the groups in it, these pages."""
    for info in app.registered_commands:
        info.cls = Command
    for group in app.registered_groups:
        dress(group.typer_instance)
