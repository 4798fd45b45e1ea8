"""What portable tests share: they run under pytest and under MicroPython alike."""


def raises(error, function, *arguments):
    """Calls and returns the raised `error`; fails when nothing or something else is raised."""
    try:
        function(*arguments)
    except error as seen:
        return seen
    raise AssertionError("%s was not raised" % error.__name__)


def run(coroutine):
    """Runs a coroutine that never has to wait."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the coroutine waits: give it a Scheduler")
