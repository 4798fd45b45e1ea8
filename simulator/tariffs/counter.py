"""Compiled from technician/data/tariffs/counter.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {},
 'damaged': 'refuse',
 'fare': 0,
 'home': ['3010', '320100'],
 'low_balance': 500,
 'name': 'Counter',
 'policy': {'venue': 'hospital'},
 'same_city': ['2900', '310000', '5840'],
 'unlisted': 'admit'}
