"""Compiled from technician/data/tariffs/hospital.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {},
 'damaged': 'admit',
 'entry': {'outside_check': 'refuse'},
 'fare': 0,
 'home': ['3010', '320100'],
 'low_balance': 0,
 'name': 'Hospital, triage gate',
 'policy': {'journal_full': 'free', 'list_old': 'serve', 'reader_down': 'free', 'venue': 'hospital'},
 'same_city': [],
 'unlisted': 'admit',
 'visitors': 'admit'}
