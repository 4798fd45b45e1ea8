"""What packages say of this site: its tariff and its settings, in force from the next start on, on trial until it holds.

Files at `root`: `site.tariff` and `site.settings` wait for their day, `site.new` for a start, `site.trial` has starts
left, `site.kept` held. What keeps the terminal from coming up goes back by itself, and so does a tariff that fails at taps.
"""

import json
import os

from micropython import const

from offline_store.media import sync_file, sync_folder
from terminal.errors import SettingsInvalid
from terminal.more_errors import PackageMalformed, PackageUnfit, SelfTestFailed
from terminal.settings import complete

_TRIES = const(2)
_PIECE = const(512)
_PATIENCE_MS = const(500)
_NEW, _TRIAL, _KEPT = "/site.new", "/site.trial", "/site.kept"
_VERDICTS = ("admit", "refuse")


class SiteDocuments:
    """`provisioned`: the dict of /site.json. Whoever serves calls `begin()` at the start and `confirm()` once it holds.

    `at_rest()` says whether nobody is at the lane, `restart()` does not return on a board; both are given later.
    """

    def __init__(self, root, provisioned):
        self._root = root
        self._provisioned = provisioned
        self._offered = False
        self.at_rest = self.restart = None
        self._kept = _read(root + _KEPT) or {"documents": {}, "failed": {}}
        failed = self._kept["failed"]
        for kind in failed:
            if isinstance(failed[kind], int):  # as firmware before wrote it
                failed[kind] = [failed[kind], SelfTestFailed.code]
        self._trial = _read(root + _TRIAL)

    @property
    def on_trial(self):
        """Whether what is in force has yet to hold."""
        return self._trial is not None

    def begin(self):
        """At a start: a trial uses up one of its tries; one without any left goes back."""
        new = _read(self._root + _NEW)
        if new:
            self._try(new, _TRIES)
            _remove(self._root + _NEW)
        if not self._trial:
            return
        if self._trial["tries"]:
            self._try(self._trial["documents"], self._trial["tries"] - 1)
            return
        for kind in self._changed():
            self._kept["failed"][kind] = [self._trial["documents"][kind][0], SelfTestFailed.code]
        self._settle()

    def _try(self, documents, tries):
        self._trial = {"documents": documents, "tries": tries}
        _write(self._root + _TRIAL, self._trial)

    def confirm(self):
        """The self-test holds with what is in force."""
        if self._trial:
            for kind in self._changed():
                self._kept["failed"].pop(kind, None)
                if kind == "tariff":
                    self._kept["before"] = self._kept["documents"].get(kind)
            self._kept["documents"] = self._trial["documents"]
            self._settle()

    def fall_back(self):
        """The tariff in force fails at taps: the one before counts from the next start on, which is now.

        False when what was provisioned is in force: there is none before it.
        """
        failing = self._held.get("tariff")
        if failing is None:
            return False
        if self._kept["documents"].get("tariff") == failing:  # else it is on trial, and what was kept is the one before
            before = self._kept.pop("before", None)
            self._kept["documents"].pop("tariff")
            if before:
                self._kept["documents"]["tariff"] = before
        self._kept["failed"]["tariff"] = [failing[0], PackageUnfit.code]
        self._settle()
        self.restart()
        return True

    def _settle(self):
        self._trial = None
        _write(self._root + _KEPT, self._kept)
        _remove(self._root + _TRIAL)

    @property
    def _held(self):
        return (self._trial or self._kept)["documents"]

    def _changed(self):
        """Kinds that are on trial in another version than the one that held."""
        tried = self._trial["documents"]
        return [kind for kind in tried if tried[kind] != self._kept["documents"].get(kind)]

    def site(self):
        """The provisioned site with the tariff and settings that are in force."""
        site = dict(self._provisioned)
        if "tariff" in self._held:
            site["tariff"] = self._held["tariff"][1]
        if "settings" in self._held:
            site["settings"] = dict(site["settings"], **self._held["settings"][1])
        return site

    def version(self, kind):
        """What is in force of this kind, 0 for what was provisioned."""
        return self._held[kind][0] if kind in self._held else 0

    def faults(self):
        """["tariff.BOOT-1.7"]: what went back, for the fleet view; BOOT-1: it did not come up, PACKAGE-6: taps failed."""
        failed = self._kept["failed"]
        return ["%s.%s.%d" % (kind, failed[kind][1], failed[kind][0]) for kind in sorted(failed)]

    def stage(self, header, medium):
        """Steps of taking what lies on `medium` aside for its day; PackageMalformed when it is of no use."""
        text = bytearray(header.length)
        view = memoryview(text)
        for start in range(0, header.length, _PIECE):
            medium.read_into(start, view[start : start + _PIECE])
            yield 0
        content = _CHECKS[header.kind](_parsed(text), self._provisioned["settings"])
        if header.kind == "tariff":
            yield from _rehearsed(content, header.effective_from)
        _write(self._staged(header.kind), [header.version, content])

    def activate(self, kind, version):
        """Steps until the next start is to use what was staged, with nobody at the lane."""
        if version in (self.version(kind), self._kept["failed"].get(kind, (None,))[0]):
            return  # the power went between the start and the note of it
        staged = _read(self._staged(kind))
        if not staged or staged[0] != version:
            raise PackageMalformed("%s %d is not there any more" % (kind, version))
        while not self.at_rest():
            yield _PATIENCE_MS
        documents = dict(_read(self._root + _NEW) or self._held)
        documents[kind] = staged
        _write(self._root + _NEW, documents)
        self._offered = True

    def _staged(self, kind):
        return self._root + "/site." + kind

    def saved(self):
        """What was decided is durable: the time to start with what was taken."""
        if self._offered:
            self._offered = False
            self.restart()


def _parsed(text):
    try:
        content = json.loads(bytes(text))
    except (ValueError, RuntimeError):  # RuntimeError: nested too deep
        content = None
    if not isinstance(content, dict):
        raise PackageMalformed("a tariff or settings that are no JSON object")
    return content


def _rehearsed(tariff, day):
    """Steps of sample taps under the tariff. PackageUnfit names the one that failed."""
    from terminal.decision.rehearsal import rehearse  # with a package only

    for fault in rehearse(tariff, day):
        if fault:
            raise PackageUnfit("a sample tap fails: " + fault)
        yield 0


def _tariff(content, _):
    """What every decision looks at; the rest is rehearsed."""
    sound = isinstance(content.get("concessions"), dict)
    sound = sound and all(isinstance(content.get(name), list) for name in ("home", "same_city"))
    if not sound or content.get("unlisted") not in _VERDICTS or content.get("damaged") not in _VERDICTS:
        raise PackageMalformed("a tariff without concessions, home, same_city, unlisted or damaged")
    return content


def _settings(content, provisioned):
    """The settings alone: a network by which nobody hears of the terminal again is set at the cable only."""
    settings = content.get("settings", content)
    if not isinstance(settings, dict):
        raise PackageMalformed("settings that are no JSON object")
    try:
        complete(dict(provisioned, **settings))
    except (SettingsInvalid, TypeError) as error:
        raise PackageMalformed("settings: %s" % error) from None
    if settings.get("terminal", provisioned["terminal"]) != provisioned["terminal"]:
        raise PackageMalformed("settings of the terminal %s" % settings["terminal"])
    return settings


_CHECKS = {"tariff": _tariff, "settings": _settings}


def _read(path):
    """The JSON in a file, None when there is none that is whole."""
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def _write(path, content):
    with open(path + ".part", "w") as file:
        json.dump(content, file)
        sync_file(file)  # before the rename: a name without its content is what a pulled plug would leave
    os.rename(path + ".part", path)
    sync_folder(path)


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was not there
