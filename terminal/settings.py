"""Settings of a terminal: a dict, checked once, so that nothing later has to ask whether a key is there.

terminal       name under which the head-end knows this terminal: 1 to 32 letters, digits, dots, dashes, underscores
site           [zh, en] shown in the top line
language       "zh" or "en"
applications   card applications in the order in which they give a card its identity: "purse", "social_card"
purses         which purses count, in order: "national" and the city purses of media/purse_kinds.py
code_services  [prefix, service] of the codes that their platform reads online: media/opaque_code.py, first match wins
trips          records of file 001A to read for a fare between entry and exit, low bytes of their identifiers
place          the same terminal as cards write it, where journeys are written to them: media/purse_trip_records.py
prove_social   whether the PSAM proves social security cards (it needs their keys)
remembers      how many holders' visits are kept for the tariff, 0 where it asks for none
here           where the terminal stands: texts under direction ("entry", "exit", "both"), station, line, operator, site
venue          what kind of site this is: decides what happens when the list is old, the journal full, the reader dead
policies       {trouble: "serve", "free", "exit" or "shut"} where this site decides otherwise, see terminal.courses
second_try_s   how long who paid and did not pass may pass on that payment; 0: never
lane           "standard", or "wide" for wheelchairs and prams
passage_ms     how long an admitted person may take to walk through: 5000, and 15000 in a wide lane
screen         what every screen of this terminal shows: vehicle, stop, price, hours
lockers        how many lockers go with stays here
outside_check  name at the head-end of the system that is asked about everybody, "" for none
service_cards  {number of a product in the list: mode} of the cards with which staff orders modes
most_persons   how many may go on one tap, entered with the attendant's button; 1 where there is none
jam_after      how often in a row the leaves may fail before the gate is out of service
pad            {} at gates; a pad's: receipt ("ask", "always", "never"), most (fen of one sale), wait_s (for the customer),
               insured (what is asked of the head-end for a fund's share, such as "medicine-settlement"; "" nothing),
               offline ("refuse", or "own": without an answer the customer pays all)
desk           {} elsewhere; a staff desk's: purposes, a list of what it may ask a card for (terminal.desk.Purpose)
grey_after_s   after how long a torn card that stayed away becomes a grey record
idle_s         at a kiosk: after how long without a touch the privacy warning comes; twice as long in elder mode
answer_s       at a kiosk: how long the head-end may take for an answer; much longer where the network is weak
load_terminal  at a kiosk: the number under which the head-end orders loads of purses here, 12 hex digits; "" where it has no
               load key (headend/key_service.py)
link_s         how long one step of a connection may take: 10; a weak network loses segments for longer than that
warning_s      how long that warning stands before everything is wiped
"""

from micropython import const

from terminal import modules

DEFAULTS = {
    "language": "zh",
    "applications": ["purse", "social_card"],
    "purses": ["national"],
    "code_services": [],
    "trips": [],
    "place": {},
    "prove_social": False,
    "remembers": 0,
    "here": {},
    "venue": "metro",
    "policies": {},
    "second_try_s": 300,
    "lane": "standard",
    "passage_ms": 5000,
    "most_persons": 1,
    "jam_after": 3,
    "service_cards": {},
    "outside_check": "",
    "screen": {},
    "lockers": 0,
    "grey_after_s": 86400,
    "pad": {},
    "desk": {},
    "idle_s": 60,
    "answer_s": 8,
    "link_s": 10,
    "load_terminal": "",
    "warning_s": 20,
}

_WIDE_MS = const(15000)


def complete(settings):
    """`settings` with defaults for what is absent. SettingsInvalid names the key, what was seen and what is allowed."""
    # Checked once, at the start; a terminal whose settings are constants does without.
    from terminal.settings_check import PAD, check

    full = dict(DEFAULTS)
    full.update(settings)
    if full["lane"] == "wide" and "passage_ms" not in settings:
        full["passage_ms"] = _WIDE_MS
    check(full)
    if full["pad"]:
        full["pad"] = dict(PAD, **full["pad"])
    modules.forget("terminal.settings_check")
    return full
