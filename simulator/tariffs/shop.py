"""Compiled from technician/data/tariffs/shop.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {'elder': 95},
 'damaged': 'refuse',
 'fare': 0,
 'home': ['3010', '320100'],
 'low_balance': 500,
 'name': 'Corner shop',
 'policy': {'venue': 'park'},
 'same_city': ['2900', '310000', '5840'],
 'unlisted': 'admit'}
