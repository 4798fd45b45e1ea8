from offline_store.errors import ForeignMedium, MediumError, StoreError
from offline_store.slots import Settings, TwoSlots
from tests.portable.checks import raises
from tests.portable.sparse_medium import SparseMedium

SIZE = 4096
HALF = SIZE // 2


def test_values_survive():
    medium = SparseMedium(SIZE)
    settings = Settings(medium)
    assert settings.get("lane") is None and settings.get("lane", 3) == 3
    settings.put(lane=4, name="东直门", floors=[1, 2])
    settings.put(lane=5)
    again = Settings(medium)
    assert (again.get("lane"), again.get("name"), again.get("floors")) == (5, "东直门", [1, 2])


def test_a_floor_never_falls():
    settings = Settings(SparseMedium(SIZE))
    assert settings.raise_floor("clock", 100) == 100
    assert settings.raise_floor("clock", 90) == 100
    assert settings.raise_floor("clock", 110) == 110


def test_nothing_is_written_when_nothing_changes():
    medium = SparseMedium(SIZE)
    settings = Settings(medium)
    settings.put(lane=4)
    before = medium.copy()
    settings.put(lane=4)
    settings.raise_floor("lane", 1)
    assert before._sectors == medium._sectors


def test_a_cut_at_any_byte_leaves_the_old_or_the_new():
    medium = SparseMedium(SIZE)
    settings = Settings(medium)
    settings.put(count=1)
    seen = set()
    for cut in range(len(b'{"count": 2}') + 17):
        torn = medium.copy()
        write = torn.write

        def half(offset, data, write=write, cut=cut):
            write(offset, data[:cut])
            raise OSError(5)

        torn.write = half
        raises(OSError, lambda torn=torn: Settings(torn).put(count=2))
        seen.add(Settings(torn.copy()).get("count"))
    assert seen == {1, 2}


def test_one_lost_slot_falls_back_to_the_other():
    medium = SparseMedium(SIZE)
    settings = Settings(medium)
    settings.put(count=1)
    settings.put(count=2)
    for side, expected in ((0, 1), (1, 2)):
        damaged = medium.copy()
        damaged.fill(side * HALF, HALF, 0x5A)
        assert Settings(damaged).get("count") == expected


def test_a_first_write_that_was_cut_is_begun_again():
    whole = SparseMedium(SIZE)
    TwoSlots(whole, b"TST1", b"first")
    for cut in range(21):
        torn = SparseMedium(SIZE)
        start = bytearray(cut)
        whole.read_into(HALF, start)
        torn.write(HALF, start)
        assert TwoSlots(torn, b"TST1", b"second").candidates[0][1] in (b"first", b"second")


def test_foreign_media_are_left_alone():
    medium = SparseMedium(SIZE, 0x77)
    assert "SET1" in str(raises(ForeignMedium, Settings, medium))
    assert not medium._sectors
    raises(MediumError, Settings, SparseMedium(100))
    settings = Settings(SparseMedium(512))
    raises(StoreError, lambda: settings.put(text="x" * 600))
    assert settings.get("text") is None
