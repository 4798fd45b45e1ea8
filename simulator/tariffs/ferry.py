"""Compiled from technician/data/tariffs/ferry.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {'child': 0, 'disabled': 0, 'elder': 50, 'soldier': 0, 'student': 50, 'veteran': 0},
 'damaged': 'refuse',
 'entry': {'hours': {'last_entry': 10,
                     'weekly': [[360, 1350], [360, 1350], [360, 1350], [360, 1350], [360, 1350], [360, 1350],
                                [360, 1350], [360, 1350]]},
           'most_inside': 300},
 'fare': 200,
 'home': ['3010', '320100'],
 'low_balance': 500,
 'name': 'River ferry',
 'order': ['book'],
 'policy': {'venue': 'ferry'},
 'products': {'book': {'group': 6, 'trips': 50}},
 'same_city': ['2900', '3050', '310000', '320500', '330100', '330200', '3310', '3320', '340100', '3610'],
 'unlisted': 'refuse'}
