"""Chinese of days and spans that is written in Latin letters ("12 yue 1 hao daoqi"), put back into characters."""

import re
from functools import cache

from renewal.language.syllables import is_made_of

# By syllables; what no day or span needs need not be told apart.
_WORDS = {
    "到期": "dao qi",
    "过期": "guo qi",
    "逾期": "yu qi",
    "超期": "chao qi",
    "失效": "shi xiao",
    "有效期": "you xiao qi",
    "有效": "you xiao",
    "还有": "hai you",
    "还剩": "hai sheng",
    "还没": "hai mei",
    "没有": "mei you",
    "剩下": "sheng xia",
    "超过": "chao guo",
    "已经": "yi jing",
    "今天": "jin tian",
    "明天": "ming tian",
    "后天": "hou tian",
    "昨天": "zuo tian",
    "前天": "qian tian",
    "今年": "jin nian",
    "明年": "ming nian",
    "去年": "qu nian",
    "前年": "qian nian",
    "礼拜": "li bai",
    "星期": "xing qi",
    "左右": "zuo you",
    "大概": "da gai",
    "差不多": "cha bu duo",
    "居住证": "ju zhu zheng",
    "证件": "zheng jian",
    "续签": "xu qian",
    "签注": "qian zhu",
    "补办": "bu ban",
    "怎么": "zen me",
    "什么": "shen me",
    "可以": "ke yi",
    "现在": "xian zai",
    "来得及": "lai de ji",
    "月": "yue",
    "号": "hao",
    "日": "ri",
    "天": "tian",
    "年": "nian",
    "周": "zhou",
    "个": "ge",
    "上": "shang",
    "下": "xia",
    "这": "zhe",
    "前": "qian",
    "后": "hou",
    "多": "duo",
    "快": "kuai",
    "才": "cai",
    "刚": "gang",
    "我": "wo",
    "的": "de",
    "证": "zheng",
    "卡": "ka",
    "了": "le",
    "过": "guo",
    "要": "yao",
    "都": "dou",
    "在": "zai",
    "还": "hai",
    "能": "neng",
    "会": "hui",
    "去": "qu",
    "签": "qian",
    "续": "xu",
    "吗": "ma",
    "呢": "ne",
    "月底": "yue di",
    "年底": "nian di",
}
_NUMERALS = {
    "ling": "零",
    "yi": "一",
    "er": "二",
    "liang": "两",
    "san": "三",
    "si": "四",
    "wu": "五",
    "liu": "六",
    "qi": "七",
    "ba": "八",
    "jiu": "九",
    "shi": "十",
    "bai": "百",
    "ban": "半",
}
# What a numeral's syllable is where nothing is counted.
_OTHERWISE = {"shi": "是", "jiu": "就", "ban": "办", "ba": "吧"}
_UNITS = frozenset("月号日天年周个")
_SAYS_A_DAY = re.compile(
    r"[到过逾超]期|失效|有效|还有|还剩|[\d一二三四五六七八九十]\s*个?[月号天周年]|[明后昨今]天"
)
_OTHER_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan"
    r"|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ue|ui|uo|er|a|o|e|i|u|v)"
)
_SOME = "某某某某"  # stands for words not known here: long enough not to pass for a mere filler
_PHRASE = re.compile(r"[a-z]+(?:['\s]+[a-z]+)*")
LONGEST_WORD_SYLLABLES = 3
MOST_UNREAD_SHARE = 0.4  # more, and it is English with a word or two between


def in_characters(text: str) -> str:
    """`text`, in lower case, with its pinyin in characters; as it is where it is another language or names no day."""
    letters = sum("a" <= char <= "z" for char in text)
    if not letters:
        return text
    put = _PHRASE.sub(lambda match: _phrase(match.group(), text[match.end() :]), text)
    left = sum("a" <= char <= "z" for char in put)
    if left > letters * MOST_UNREAD_SHARE or not _SAYS_A_DAY.search(put):
        return text
    return re.sub(r"(?<=[㐀-鿿\d])[ \t]+(?=[㐀-鿿])|(?<=[㐀-鿿])[ \t]+(?=[㐀-鿿\d])", "", put)


def _phrase(letters: str, after: str) -> str:
    """Words in a row, each run of whole syllables put into characters."""
    done: list[str] = []
    waiting: list[str] = []
    for word in letters.replace("'", " ").split():
        syllables = _syllables(word)
        if syllables:
            waiting += syllables
            continue
        done += [_characters(tuple(waiting), ""), _SOME if is_made_of(_OTHER_SYLLABLE, word) else word]
        waiting = []
    done.append(_characters(tuple(waiting), after.lstrip()))
    return " ".join(filter(None, done))


def _characters(syllables: tuple[str, ...], after: str) -> str:
    """Syllables as characters: the longest word first; a numeral only where it counts something."""
    put, at = "", 0
    while at < len(syllables):
        run = _run_of_numerals(syllables, at)
        word, length = _word(syllables, at)
        if length > max(run, 1) or (length and not run):
            put, at = put + word, at + length
            continue
        following = _word(syllables, at + run)[0] or after
        counts = following[:1] in _UNITS or following[:2] in {"礼拜", "星期"}
        counts = counts or (put.endswith(("月", "周", "礼拜", "星期", "年", "个")) and syllables[at] != "shi")
        if run and counts:
            skip = run > 1 and syllables[at : at + 2] == ("shi", "shi")  # "shi shi er yue": it is December
            numerals = [_NUMERALS[syllable] for syllable in syllables[at + skip : at + run]]
            put += "是" * skip + "".join(numerals)
        else:
            run = 1
            put += _OTHERWISE.get(syllables[at], syllables[at])
        at += run
    return put


def _run_of_numerals(syllables: tuple[str, ...], at: int) -> int:
    length = 0
    while at + length < len(syllables) and syllables[at + length] in _NUMERALS:
        length += 1
    return length


def _word(syllables: tuple[str, ...], at: int) -> tuple[str, int]:
    """The longest word that begins here, and of how many syllables it is; none: empty, 0."""
    for length in range(LONGEST_WORD_SYLLABLES, 0, -1):
        word = _by_syllables().get(syllables[at : at + length])
        if word and at + length <= len(syllables):
            return word, length
    return "", 0


def _syllables(word: str) -> list[str]:
    """A word in syllables that are known here, none where it is not wholly made of them."""
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - 6), end):
            if begin in best and word[begin:end] in _known() and end not in best:
                best[end] = [*best[begin], word[begin:end]]
    return best.get(len(word), [])


@cache
def _by_syllables() -> dict[tuple[str, ...], str]:
    return {tuple(spelt.split()): word for word, spelt in _WORDS.items()}


@cache
def _known() -> frozenset[str]:
    return frozenset(_NUMERALS) | {syllable for spelt in _WORDS.values() for syllable in spelt.split()}
