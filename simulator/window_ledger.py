"""What passed and what was paid on the desk, counted from what the terminal says. Portable."""


class Ledger:
    """Money in fen. `shipped` is the last number the head-end acknowledged, `shipped_at` when."""

    def __init__(self):
        self.passages = self.void = self.refused = self.recovered = 0
        self.consents = self.hotlist = 0  # of a staff desk; the version of its list
        self.takings = self.last_fare = self.concessions = 0
        self.shipped = self.shipments = 0
        self.shipped_at = self.offline_since = None

    def hear(self, event):
        """Counts one event."""
        handler = getattr(self, "_hear_" + event["event"], None)
        if handler is not None:
            handler(event)

    def _hear_passage(self, event):
        if event.get("state") == "passed":
            self.passages += 1
        else:
            self.void += 1

    def _hear_show(self, event):
        if event.get("screen") == "accepted":
            self.last_fare = event.get("fare") or 0
            self.takings += self.last_fare
            self.concessions += bool(event.get("concession"))
            self.recovered += bool(event.get("recovered"))
        elif event.get("screen") == "refused":
            self.refused += 1

    def _hear_desk(self, event):
        self.consents += bool(event.get("record"))
        self.refused += event.get("code", 0) < 0

    def _hear_package(self, event):
        if event["kind"] == "hotlist":
            self.hotlist = event["version"]

    def _hear_shipped(self, event):
        self.shipped = event["last"]
        self.shipments += 1
        self.shipped_at = event["at"][:8]

    def _hear_offline(self, event):
        self.offline_since = self.offline_since or event["at"][:8]

    def _hear_online(self, event):
        self.offline_since = None
