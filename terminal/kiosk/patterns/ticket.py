"""A queue ticket or an appointment: perhaps a choice of counter or time, then a number, printed at once."""

from terminal.kiosk.patterns.pattern import Pattern, day


class Ticket(Pattern):
    asks = "submit"
    prints_itself = True

    @staticmethod
    def reviews(service):
        return len(service["fields"]) > 1

    def _view_result(self):
        ticket = self.reply.get("ticket") or {}
        return self._result(
            "kiosk.ticket", number=ticket.get("number"), counter=ticket.get("counter"), ahead=ticket.get("ahead"),
            next=day(self.reply.get("next")),
        )  # fmt: skip
