"""Compiled from technician/data/tariffs/library.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'calendar': [[20454, 20456, 8], [20457, 20457, 1], [20499, 20507, 8], [20498, 20498, 1], [20512, 20512, 1],
              [20547, 20549, 8], [20574, 20578, 8], [20582, 20582, 1], [20623, 20625, 8], [20721, 20723, 8],
              [20716, 20716, 1], [20727, 20733, 8], [20736, 20736, 1]],
 'concessions': {},
 'damaged': 'refuse',
 'entry': {'hours': {'weekly': [[510, 1260], [510, 1260], [510, 1260], [510, 1260], [510, 1260], [540, 1050],
                                [540, 1050], [540, 1050]]},
           'most_inside': 2400,
           'zone': 'tell'},
 'fare': 0,
 'home': ['3010', '320100'],
 'low_balance': 0,
 'name': 'City library',
 'policy': {'venue': 'library'},
 'same_city': ['2900', '3050', '310000', '320500', '330100', '330200', '3310', '3320', '340100', '3610', '500000',
               '510100', '6510', '6530'],
 'unlisted': 'admit'}
