"""What the head-end counts, as Prometheus reads it."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from headend.ledger import alarm_count

CONTENT_TYPE = CONTENT_TYPE_LATEST
TAKEN = Counter("gatepost_records_taken", "Records that terminals delivered, replays included")
REFUSED = Counter("gatepost_requests_refused", "Requests that were refused, by error code", ["code"])
_ALARMS = Gauge("gatepost_alarms", "Alarms on record")
_TERMINALS = Gauge("gatepost_terminals", "Terminals that were ever in contact")


def page(reader, terminals):
    """The text of /metrics. `terminals`: how many there are, None when that is not known now."""
    _ALARMS.set(alarm_count(reader))
    if terminals is not None:
        _TERMINALS.set(terminals)
    return generate_latest()
