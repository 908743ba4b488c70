"""Which script an answer comes back in: one variant character in a name does not make a text traditional."""

import pytest

from renewal.language.script import language_of, language_of_talk


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我叫陈昇，居住证怎么续", "zh"),
        ("我是吉林乾安县人，来上海三年了", "zh"),
        ("我叫李昇", "zh"),
        ("林昇怎么去", "zh"),
        ("我叫鍾山", "zh"),
        ("我住昇平街", "zh"),
        ("瞭解一下", "zh"),
        ("于於", "zh"),
        ("裏面寫什麼", "zh-Hant"),
        ("裏面", "zh-Hant"),
        ("昇級後要補嗎", "zh-Hant"),
        ("住后面的里弄", "zh"),
        ("于是没续成", "zh"),
        ("居住證過期了怎麼辦", "zh-Hant"),
        ("我過期了嗎", "zh-Hant"),
        ("退訂", "zh-Hant"),
        ("重發", "zh-Hant"),
        ("離婚了", "zh-Hant"),
        ("港澳臺居民居住證", "zh-Hant"),
        ("我姓余，要簽注", "zh-Hant"),
        ("续签要带什么", "zh"),
        ("renew my permit", "en"),
        ("which office does the 签注 in Minhang", "en"),
        ("we moved, do we both renew our 居住证 again?", "en"),
        ("renew 居住证", "zh"),
        ("公司HR说要renew，带labor contract吗", "zh"),
        ("my 合同 is expired了，还能 renew 吗", "zh"),
        ("how early, too early?", "en"),
        ("exp 1/14, ok now", "en"),
        ("husband must come", "en"),
        ("wo de juzhuzheng guoqi le zenme ban", None),
        ("duo shao qian sms", None),
        ("GET /index.html", None),
        ("1", None),
    ],
)
def test_a_text_is_answered_in_the_script_that_most_of_it_is_written_in(
    text: str, language: str | None
) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("去哪", "居住證續簽要帶甚麼"), "zh-Hant"),
        (("去哪", "续签要带什么"), "zh"),
        (("去哪", "where do I renew"), "zh"),
        (("1", "去哪", "居住證過期了"), "zh-Hant"),
        (("续签去哪", "居住證過期了"), "zh"),
        (("where do I renew", "去哪"), "en"),
        (("1",), "zh"),
        ((), "zh"),
    ],
)
def test_a_text_that_is_alike_in_both_scripts_is_in_the_one_written_before(
    texts: tuple[str, ...], language: str
) -> None:
    assert language_of_talk(texts) == language
