"""Compiled from technician/data/tariffs/campus.toml by technician.demo_tariffs: change that file."""

# fmt: off
TARIFF = {'concessions': {},
 'damaged': 'refuse',
 'entry': {'hours': {'weekly': [[360, 1380], [360, 1380], [360, 1380], [360, 1380], [360, 1380], [360, 1380],
                                [360, 1380], [360, 1380]]},
           'list_age_s': 86400,
           'old_list': 'refuse',
           'passback_s': 180,
           'zone': 'refuse'},
 'fare': 0,
 'home': ['3010', '320100'],
 'low_balance': 0,
 'name': 'Campus, north door',
 'policy': {'list_old': 'exit', 'venue': 'door'},
 'rules': [{'name': 'only staff and veterans of the night shift after eleven',
            'refuse': 'outside_hours',
            'when': {'and': [{'clock_between': [{'var': 'now'}, '22:00', '06:00']},
                             {'in': [{'var': 'class'}, ['student', 'child']]}]}}],
 'same_city': [],
 'unlisted': 'refuse'}
