from screens.metrics import BODY, BOLD, REGULAR, SMALL, Metrics, advance

METRICS = Metrics(480, 320, 6.5, (2.5, 3.1, 3.7, 4.95, 6.2, 7.4))


def test_a_chinese_character_is_one_em():
    assert METRICS.text_width("请通行", 40) == 120
    assert METRICS.text_width("，", 40) == 40


def test_bold_latin_is_wider_than_regular():
    assert advance(ord("W"), BOLD) > advance(ord("W"), REGULAR)
    assert advance(ord("¥"), BOLD) < 100


def test_width_is_rounded_up():
    assert METRICS.text_width("1", 1) == 1


def test_millimetres_are_never_smaller_than_asked():
    assert METRICS.mm(20) == 130
    assert METRICS.mm(9) == 59  # 58.5


def test_fit_takes_the_largest_that_fits():
    assert METRICS.fit("请通行", 200, 5) == 48
    assert METRICS.fit("请通行", 143, 5) == 40
    assert METRICS.fit("请通行", 10, 5) == METRICS.sizes[SMALL]
    assert METRICS.fit_all(("¥1.00", "¥12345678.90"), 150, 5) == METRICS.fit("¥12345678.90", 150, 5)


def test_clip_marks_what_is_missing():
    assert METRICS.clip("鼓楼站", 60, 20) == "鼓楼站"
    assert METRICS.clip("鼓楼站", 59, 20) == "鼓…"
    assert METRICS.text_width(METRICS.clip("鼓楼站进站", 77, 20), 20) <= 77


def test_lines_break_between_words_and_chinese_characters():
    assert METRICS.lines("one two three", METRICS.text_width("one two", 20), 20) == ["one two", "three"]
    assert METRICS.lines("余额不足，请充值", 100, 20) == ["余额不足，", "请充值"]
    # The comma does not start a line, so the character before it goes along.
    assert METRICS.lines("余额不足，请充值", 80, 20) == ["余额不", "足，请充", "值"]
    assert METRICS.lines("", 80, METRICS.sizes[BODY]) == [""]


def test_lines_are_fitted_to_a_box_and_squeezed_when_they_cannot_be():
    px, lines = METRICS.fit_lines("余额不足，请充值", 200, 90, 5)
    assert (px, lines) == (40, ["余额不足，", "请充值"])
    assert METRICS.fit_lines("余额不足，请充值", 10, 90, 5) is None
    px, lines = METRICS.squeeze("余额不足，请充值", 60)
    assert px == METRICS.sizes[SMALL] and METRICS.text_width(lines[0], px) <= 60


def test_elder_mode_has_wider_line_spacing():
    elder = Metrics(480, 320, 6.5, (3.1, 6.2), elder=True)
    assert (METRICS.line_height(40), elder.line_height(40)) == (48, 52)
