"""A camera as the desk's scanner, by pictures in a folder; spoken prompts by espeak-ng and by a stand-in for it."""

import array
import contextlib
import shutil
import time
import wave

import pytest
import segno
from PIL import Image

from drivers.espeak import Espeak
from simulator import real_hardware, window_sound
from simulator.errors import HardwareUnknown
from simulator.loudspeaker import Loudspeaker
from simulator.residents import Residents
from simulator.world import World


def picture(path, content):
    segno.make_qr(content, error="l").save(str(path), scale=4, border=4)


def test_a_picture_of_a_ride_code_opens_the_gate(tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    Image.new("L", (320, 240), 128).save(frames / "0.png")
    with contextlib.ExitStack() as used:
        world = World(tmp_path / "world", headend=False, real={"scanner": real_hardware.camera(str(frames), used)})
        used.callback(world.close)
        assert world.until_idle()
        world.advance(1000)
        assert not [event for event in world.events if event["event"] == "scan"]
    picture(frames / "1.png", Residents(7).code("ride", world.clock.utc()))
    picture(frames / "2.png", Residents(7).code("ride", world.clock.utc()))  # the phone is still there
    with contextlib.ExitStack() as used:
        world = World(tmp_path / "world", headend=False, real={"scanner": real_hardware.camera(str(frames), used)})
        used.callback(world.close)
        world.advance(4000)
        assert len([event for event in world.events if event["event"] == "scan"]) == 1
        assert [event["screen"] for event in world.events if event["event"] == "show"].count("accepted") == 1


def test_a_camera_that_is_not_there_is_named(tmp_path):
    with pytest.raises(HardwareUnknown, match="no camera .*nowhere"):
        real_hardware.camera(str(tmp_path / "nowhere"), contextlib.ExitStack())


class _Speaker:
    """A Sound with a device, and with a program in the place of espeak-ng that writes down what it is told."""

    def __init__(self, folder, monkeypatch):
        self.said = folder / "said"
        program = folder / "espeak-ng"
        program.write_text('#!/bin/sh\necho "$@" "$(/bin/cat)" >>"%s"\n' % self.said)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=":")
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
        self.sound = window_sound.Sound()


def test_prompts_are_spoken_in_the_chosen_language(tmp_path, monkeypatch):
    speaker = _Speaker(tmp_path, monkeypatch)
    assert speaker.sound.works
    text = window_sound.prompts([("r", 0, 0, 1, 1, 0, 0), ("say", "accepted"), ("say", "fare")], "en")
    assert text == "Please enter · Fare"
    speaker.sound.speak(text, "en")
    end = time.monotonic() + 20
    while not (speaker.said.exists() and speaker.said.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    assert speaker.said.read_text() == "-a 100 -v en --stdin Please enter · Fare.\n"
    speaker.sound.close()


@pytest.mark.parametrize("lang, text", [("zh", "请通行"), ("en", "Please enter")])
def test_espeak_itself_speaks_every_language_of_the_screens(lang, text, tmp_path):
    real = shutil.which("espeak-ng")
    assert real, "espeak-ng is not installed: ./run test installs it"
    into_a_file = tmp_path / "espeak-ng"
    into_a_file.write_text('#!/bin/sh\nexec "%s" -w "%s" "$@"\n' % (real, tmp_path / "said.wav"))
    into_a_file.chmod(0o755)
    voice = Espeak(str(into_a_file))
    voice.say(lang, (text,))
    assert voice._speaking.wait(20) == 0
    with wave.open(str(tmp_path / "said.wav")) as said:
        loudness = array.array("h", said.readframes(said.getnframes()))
        assert said.getnframes() > said.getframerate() // 2, "half a second at least"
    assert max(loudness) > 5000


def test_the_volume_is_turned_down_for_tones_and_voice(tmp_path, monkeypatch):
    speaker = _Speaker(tmp_path, monkeypatch)
    levels = []
    for _ in range(3):
        speaker.sound.turn()
        levels.append(speaker.sound.volume)
        speaker.sound.play(((1760, 10),))
        speaker.sound.speak("at %d" % speaker.sound.volume, "en")
        if speaker.sound.volume:
            speaker.sound._voice._speaking.wait(20)
    assert levels == [50, 0, 100]
    assert speaker.said.read_text() == "-a 50 -v en --stdin at 50.\n-a 100 -v en --stdin at 100.\n"
    speaker.sound.close()


def test_a_kiosks_loudspeaker_is_heard_once_and_falls_silent_with_it(tmp_path, monkeypatch):
    speaker = _Speaker(tmp_path, monkeypatch)
    kiosk = Loudspeaker()
    kiosk.say("zh", ["请选择一项", "退出"])
    for _ in range(3):
        speaker.sound.follow(kiosk)
    speaker.sound._voice._speaking.wait(20)
    assert speaker.said.read_text() == "-a 100 -v cmn --stdin 请选择一项.\n退出.\n"
    kiosk.stop()
    speaker.sound.follow(kiosk)
    assert speaker.sound._voice._speaking is None
    speaker.sound.close()


def test_without_a_sound_device_nothing_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(window_sound, "_may_have_sound", lambda: False)
    speaker = _Speaker(tmp_path, monkeypatch)
    speaker.sound.speak("Please enter", "en")
    speaker.sound.close()
    assert not speaker.said.exists()
