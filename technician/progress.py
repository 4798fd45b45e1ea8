"""How long work shows itself: a bar on a terminal, a line at the end of each stage when piped."""

import contextlib
import sys

import typer


@contextlib.contextmanager
def shown(stages):
    """Gives report(stage, done, total); `stages`: {stage: words}. total 0 means unknown. Writes to standard error."""
    if sys.stderr.isatty():
        with _bar(stages) as report:
            yield report
        return
    reached = {}

    def report(stage, done, total):
        reached[stage] = done

    yield report
    for stage, done in reached.items():
        typer.echo("%s: %d" % (stages[stage], done), err=True)


@contextlib.contextmanager
def _bar(stages):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {}

        def report(stage, done, total):
            if stage not in tasks:
                tasks[stage] = progress.add_task(stages[stage], total=None)
            progress.update(tasks[stage], completed=done, total=total or None)

        yield report
