"""The menu of a kiosk: the groups of services, then the services of one group, each only for whom it is meant."""

from terminal.kiosk.pages import Page


class Menu(Page):
    """`services` as terminal.kiosk.services.Services; `facts` of the holder, {} while nobody is signed in."""

    private = True

    def __init__(self, services, facts, name="", group=None):
        self._services = services
        self.facts = facts
        self._name = name
        self.group = group  # the group that is shown, None at home

    def view(self):
        if self.group is None:
            groups = self._services.groups(self.facts)
            rows = [(group["icon"], group["title"], "tile." + group["id"]) for group in groups]
            return {"screen": "kiosk.home", "tiles": rows, "first": self.first, "name": self._name}
        rows = []
        for name in self._services.menu(self.facts, self.group["id"]):
            service = self._services.service(name)
            rows.append((service["icon"], service.get("short") or service["title"], "tile." + name))
        return {
            "screen": "kiosk.group", "group": self.group["id"], "title": self.group["title"], "tiles": rows,
            "first": self.first,
        }  # fmt: skip

    def opened(self, name):
        """The menu of the group `name`."""
        group = [group for group in self._services.groups(self.facts) if group["id"] == name][0]
        return Menu(self._services, self.facts, self._name, group)

    def on(self, action):
        verb, _, name = action.partition(".")
        if verb == "tile":
            return ("group", name) if self.group is None else ("open", name)
        if action == "back":
            return ("out",) if self.group is None else ("home",)
        return Page.on(self, action)
