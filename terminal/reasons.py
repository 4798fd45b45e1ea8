"""Why a presentation was refused, charged more, or a terminal is out of service: stable numbers, keys for wording.

A number is never reused. The screen shows `code(key)`, the catalogue holds the words under the key, `action` says
what the resident can do about it. docs/reasons.md is the whole table.
"""

from micropython import const

# One text instead of seventy tuples: it takes a board a third of the heap, and is only searched when somebody is refused.
# Each line: number, key, action.
_REASONS = const("""
0 ok pass
1 expired_card renew
2 not_yet_valid desk
3 hotlisted desk
4 not_listed desk
5 list_damaged other_gate
6 wrong_region desk
7 low_balance top_up
8 unsupported_card other_card
9 blocked_card desk
10 read_failed tap_again
11 another_card same_card
12 not_interoperable other_card
13 outside_hours come_back
14 full wait
15 passback desk
16 entries_used come_back
17 too_soon wait
18 not_eligible desk
19 check_unavailable desk
20 code_malformed refresh_code
21 code_unknown use_card
22 code_expired refresh_code
23 code_not_yet_valid phone_time
24 code_replayed refresh_code
25 code_tampered official_app
26 code_untrusted_issuer use_card
27 code_revoked desk
28 code_too_soon wait
29 code_show_full refresh_code
30 code_offline use_card
31 two_cards tap_again
40 journal_full other_gate
41 reader_down other_gate
42 list_missing other_gate
43 psam_down other_gate
44 fire leave
45 back_in_service pass
46 list_old other_gate
47 clock_untrusted other_gate
48 closed other_gate
49 maintenance other_gate
50 out_of_service other_gate
51 gate_jam other_gate
52 free_passage pass
53 exit_free pass
54 train_fault pass
55 skip_time pass
56 skip_order pass
57 skip_fare pass
58 tariff_fault other_gate
60 no_ticket buy
61 pass_expired renew
62 pass_not_yet_valid come_back
63 pass_used_up buy
64 pass_not_here desk
65 quota_used come_back
66 slot_early come_back
67 slot_missed desk
68 guardian_needed together
69 group_too_large desk
70 missing_entry desk
71 missing_exit desk
72 overtime desk
73 same_station desk
74 wrong_direction other_gate
75 no_fare desk
76 rule_refused desk
77 rule_failed desk
80 paper_out pass
81 printer_down pass
82 print_unknown pass
83 fund_unreachable come_back
84 fund_refused desk
85 no_answer tap_again
86 nothing_left desk
90 tailgating one_by_one
91 reverse other_gate
92 forced one_by_one
93 turned_back tap_again
94 bike_missing put_in
95 dock_empty other_gate
""")


def number(key):
    """The record's number of a reason key. KeyError for a key that is none."""
    if key == "ok":
        return 0
    at = _REASONS.find(" %s " % key)
    if at < 0:
        raise KeyError(key)
    return int(_REASONS[_REASONS.rfind("\n", 0, at) + 1 : at])


def key(number):
    """The reason key of a record's number; "unknown" for one from a newer terminal."""
    line = _line("\n%d " % number)
    return line[1] if line else "unknown"


def action(key):
    """What the resident can do, "desk" for a key of a newer core."""
    line = _line(" %s " % key)
    return line[2] if line else "desk"


def code(key):
    """What a resident reads out to the service desk, such as R07."""
    return "R%02d" % number(key)


def keys():
    """All reason keys, in the order of their numbers."""
    return [line.split()[1] for line in _REASONS.split("\n") if line]


def _line(part):
    """[number, key, action] of the line that `part` begins in, [] when there is none."""
    at = _REASONS.find(part)
    if at < 0:
        return []
    begin = _REASONS.rfind("\n", 0, at + 1) + 1
    return _REASONS[begin : _REASONS.find("\n", begin)].split()
