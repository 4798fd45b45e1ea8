"""All fuzz targets: what is read, how large a case may be, and what one case may cost.

A target takes bytes and comes back; the named errors of its part are answers, anything else is a finding. `lines` and
`peak` bound its work: Python lines executed, and bytes held at once, the case itself included.
"""

from collections import namedtuple

from tests.fuzz import cards, lines, planted, texts

Target = namedtuple("Target", "run seeds longest lines peak")

_KB = 1024

TARGETS = {
    "tlv": Target(texts.tlv_objects, texts.tlv_seeds, 512, 20_000, 64 * _KB),
    "purse-files": Target(cards.purse_file, cards.purse_file_seeds, 256, 10_000, 64 * _KB),
    "apdu": Target(cards.apdu_answers, cards.apdu_seeds, 4096, 10_000, 64 * _KB),
    "card": Target(cards.card_answers, cards.card_seeds, 4096, 40_000, 128 * _KB),
    "purse": Target(cards.purse_answers, cards.purse_seeds, 4096, 40_000, 128 * _KB),
    "social-card": Target(cards.social_answers, cards.social_seeds, 4096, 200_000, 128 * _KB),
    "psam": Target(cards.sam_answers, cards.sam_seeds, 2048, 20_000, 64 * _KB),
    "load": Target(cards.load_answers, cards.load_seeds, 2048, 100_000, 128 * _KB),
    "pn532": Target(lines.pn532, lines.pn532_seeds, 4096, 3_000_000, 256 * _KB),
    "pn532-spi": Target(lines.pn532_spi, lines.port_seeds, 4096, 3_000_000, 256 * _KB),
    "pn532-i2c": Target(lines.pn532_i2c, lines.port_seeds, 4096, 3_000_000, 256 * _KB),
    "qr-engine": Target(lines.qr_engine, lines.qr_engine_seeds, 4096, 3_000_000, 256 * _KB),
    "qr-engine-5a": Target(lines.qr_engine_5a, lines.qr_engine_5a_seeds, 4096, 3_000_000, 256 * _KB),
    "keyboard": Target(lines.keyboard, lines.keyboard_seeds, 4096, 3_000_000, 256 * _KB),
    "psam-uart": Target(lines.psam_uart, lines.psam_uart_seeds, 2048, 3_000_000, 256 * _KB),
    "code": Target(texts.code, texts.code_texts, 1024, 400_000, 256 * _KB),
    "code-layouts": Target(texts.code_told, texts.code_texts, 1024, 400_000, 256 * _KB),
    "base45": Target(texts.base45_text, texts.base45_seeds, 1024, 40_000, 64 * _KB),
    "platform": Target(texts.platform_answer, texts.platform_seeds, 2048, 40_000, 128 * _KB),
    "wire": Target(texts.batch, texts.batch_seeds, 4096, 40_000, 128 * _KB),
    "http": Target(texts.http_answer, texts.http_seeds, 4096, 40_000, 64 * _KB),
    "package": Target(texts.package_head, texts.package_seeds, 1024, 10_000, 64 * _KB),
    "record": Target(texts.record, texts.record_seeds, 128, 1_000, 64 * _KB),
    "datagram": Target(texts.datagram, texts.datagram_seeds, 256, 40_000, 64 * _KB),
    "command": Target(texts.command, texts.command_seeds, 256, 10_000, 64 * _KB),
}

# Parsers with a mistake each: the fuzzer, and the judge of the tests, must find all of them.
PLANTED = {
    "planted-crash": Target(planted.unchecked_length, planted.seeds, 512, 20_000, 64 * _KB),
    "planted-hang": Target(planted.endless_chain, planted.seeds, 512, 20_000, 64 * _KB),
    "planted-memory": Target(planted.believed_length, planted.seeds, 512, 20_000, 64 * _KB),
}
