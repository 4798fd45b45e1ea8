"""The six patterns that nearly all services of a kiosk are made of: pure, without clock or I/O. See docs/kiosk.md."""


def begin(service, holder, can=()):
    """The pattern of a service. `can`: what this kiosk has beside its screen: "print", "face"."""
    kind = service["pattern"]
    # Each is loaded when the first of its kind is begun.
    if kind == "list":
        from terminal.kiosk.patterns.listing import Listing as Pattern
    elif kind == "form":
        from terminal.kiosk.patterns.form import FormPattern as Pattern
    elif kind == "proof":
        from terminal.kiosk.patterns.proof import Proof as Pattern
    elif kind == "ticket":
        from terminal.kiosk.patterns.ticket import Ticket as Pattern
    elif kind == "consent":
        from terminal.kiosk.patterns.listing import ConsentAndLook as Pattern
    elif kind == "signin":
        from terminal.kiosk.patterns.form import SignIn as Pattern
    else:
        raise KeyError("no pattern %s" % kind)
    return Pattern(service, holder, can)
