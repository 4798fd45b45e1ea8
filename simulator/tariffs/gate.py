"""Compiled from technician/data/tariffs/gate.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {'child': 0, 'disabled': 0, 'elder': 50, 'soldier': 0, 'student': 50, 'veteran': 0},
 'damaged': 'refuse',
 'fare': 200,
 'home': ['3010', '320100'],
 'low_balance': 500,
 'name': 'City gate, one price',
 'policy': {'venue': 'metro'},
 'same_city': ['2900', '310000', '5840'],
 'unlisted': 'refuse'}
