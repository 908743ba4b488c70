"""Reads from a text how a person is called and on which number they can be reached."""

import re
from enum import IntEnum

import phonenumbers

from renewal.language.text import has_han, simplified
from renewal.language.text import plain as usual
from renewal.language.words import says

REGION = "CN"
# A correction, however it is put: it tells which of two numbers or names is the right one.
CORRECTS = re.compile(
    r"不是.{1,24}是|不对|错|有误|改|更正|更新|换成|换个|换一?个|应该[是叫]|不[是叫姓]"
    r"|\b(?:wrong|not|instead|correct(?:ion)?|change|actually|should be)\b",
    re.IGNORECASE,
)


class Evidence(IntEnum):
    """How much a text says that a word in it is its writer's name."""

    POSSIBLE = 1  # nothing speaks against it
    SHAPED = 2  # built as names are: a surname and a given name, "Li Lei"
    STATED = 3  # introduced ("我叫…", "my name is …") or with a title ("王女士")


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任"
    "姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞"
    "章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐梅庄辛涂祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫屈鲍覃霍翁隋植甘景薄单包司"
    "柏宁柯阮桂闵解强柴华车冉房边楚尚艾连闫肖付代邬岑滕殳穆邸沙窦娄臧支练占钮褚佘蒲蔺岱苟母鄢阚佟"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|端木|西门|南宫"
_TITLE = "先生|女士|小姐|师傅|老师|阿姨|叔叔|大姐|大哥|太太|同学|经理|医生"
_HAN = "㐀-鿿〇\U00020000-\U0003ffff"
_TITLED = re.compile(rf"[{_HAN}·]{{1,5}}(?:{_TITLE})|(?:[小老阿])[{_SURNAMES}][{_HAN}]?")
_SHAPED = re.compile(
    rf"(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SURNAMES}][{_HAN}]{{1,2}}|[{_HAN}]{{2,}}·[{_HAN}·]{{2,}}"
)
_POSSIBLE = re.compile(rf"[{_HAN}·]{{2,8}}|[{_SURNAMES}]")
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"  # José, Łukasz
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}.'-]*(?: [{_LETTER}][{_LETTER}.'-]*){{0,3}}")
# A surname and a given name that were typed apart ("张 三"), and what is added in brackets ("张伟(David)").
_APART = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[叫是姓]))([{_SURNAMES}])\s+([{_HAN}](?:\s?[{_HAN}])?)(?![{_HAN}])"
)
_ADDED = re.compile(r"\([^()]*\)")
_DOTS = str.maketrans("•・‧∙⋅･●", "·······")
_NOT_A_NAME = re.compile(
    r"[吗呢怎哪几办租没请打给找让帮要问您你们就也都再我个跟]|什么|想[要知办续请]|房[东子屋租产间]|续签|居住|签证|过期|逾期|到期|宿舍|不[想要是对知行方]"
    r"|谢谢|可以|知道|电话|手机|号码|联系|咨询|好的|随便|人[工员]|真人|客服|有人|取消|算了|回电|工作|上班|材料|社保|证明|多少|错了?|不对|错$|的$|了$"
    r"|^(?:周[一二三四五六日天末期边]|马上|方[便法式]|时间|应[该当]|黄浦|杨浦|徐[汇州]|金[山额]|张江|何[时地必况]|成[功年都本]|全[部家日程]"
    r"|关[于系]|安[全排徽]|高[中级龄兴]|温州|常[州熟住见]|江[苏西]|白[天领]|宁[波可愿]|苏州|包[括办]|连[续云]|单[位身独]|解[决释]"
    r"|申[请办领报]|曾经|费用|路[上过费]|毕业|万一|任何|文件|方面|于是|向来|余额|钱(?:包|多(?!多))|孙[子女]|华[侨人]|支[付持]|代[办理]"
    r"|强[制烈]|许[可多]|温馨|段时|项目|年|月|日|晚上|早上|上午|下午|中午|今天|明[天早晚]|后天|现在|尽快|有空|等)"
)
_LATIN_WORDS = frozenset(
    "a an the i my me we you your it is am are was be been to of in on at for from with and or not no yes if how what "
    "when where why who which can could do does did will would should need want have has had get got help hi hello "
    "hey ok okay thanks thank please papers paper permit residence renew renewal rent renting rented house home flat "
    "job work expired expire expires late fee card date day month year week today tomorrow now later call phone number "
    "mobile landline back person human agent staff never mind cancel stop again sorry wrong right change this that "
    "there here nothing none about ask question online window document documents id passport visa sms text bot "
    "school student employer dormitory own relative points name speak talk someone real good morning bye".split()
)
_LATIN_TITLES = frozenset("mr mrs ms miss mx dr".split())
LONGEST_NAME_CHARS = 40
MOBILE_DIGITS = 11  # of a mainland mobile number
MOST_BESIDE_CHARS = 4  # beside a number, of a text that is little else
_MOBILE_LIKE = re.compile(r"(?<![\d.])1[3-9](?:[ -]?\d){6,11}(?![\d.]|[年月日号天元])")
_STATES = re.compile(
    r"我?的?(?:名字|姓名|称呼|大名)(?:应该)?(?:[是叫为]|[:：])+|(?:我|本人)(?:叫做?|姓|名叫)|免贵姓|称呼我?(?:为|[:：])?|叫我|^姓名?|^名字|^叫做?"
    r"|\b(?:my name(?: is|'s)|name(?: is)?:|call me|this is|name is)\s*",
    re.IGNORECASE,
)
_RENAMES = re.compile(
    r"(?:名字|姓名)?应该是?叫?|改成|换成|改为|写成|是叫|我是|是|\b(?:it'?s|it is|should be|i am|i'm)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:就行了?|就好|就可以了?|好了|即可|吧|哦|啊|呀|哈|呢)+$")
_DENIED_NAME = re.compile(
    r"(?:并|而)?不(?:是|叫|姓)[^，,。;；\s是叫姓]{1,8}?(?=是|叫|姓|应该|改|[，,。;；\s]|$)"
    r"|,?\s*\bnot [A-Za-z' -]+$"
)
_BREAKS = re.compile(r"[，,。.!！?？;；\n、:：|/]+|\band\b|\s-\s")
_LEADS_NUMBER = re.compile(
    r"(?:我?的?(?:联系)?(?:电话|手机|座机)?号?码?|联系方式|\btel|\bphone(?: number)?|\bmobile|\bnumber)?"
    r"(?:是|[:：]|\bis\b)?\s*$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[+(]?\d[\d()\-\s.]{5,}\d(?:\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
_EXTENSION = re.compile(r"^\s*(?:转|分机|ext\.?|x|#)\s*(\d{1,6})", re.IGNORECASE)
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺两]{7,13}")
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
_DENIED_BEFORE = re.compile(
    r"(?:不是|不要|别打?|不用|不再用|原来|以前|旧|错的|\bnot)[^\d，,。;；]{0,6}$", re.IGNORECASE
)
_DENIED_AFTER = re.compile(
    r"^[^\d，,。;；]{0,3}[，,]?\s*(?:不对|错了|写错|不用了|不用的|停机|停用|打不通|作废|is wrong|is not)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """In the usual width, with spoken digits (幺三八…) written as digits."""
    clean = usual(text).translate(_DOTS)
    return _SPOKEN.sub(lambda found: found.group().translate(_SPOKEN_DIGITS), clean)


def simple(text: str) -> str:
    """As `plain`, in simplified characters: what the words of a text are matched in."""
    return simplified(plain(text))


def without_numbers(text: str) -> str:
    """`text` with every number that could be dialled, and the words that lead to it, taken out."""
    parts = _DIGITS.split(plain(text))
    return (
        "，".join(_LEADS_NUMBER.sub("", part) for part in parts[:-1]) + "，" + parts[-1]
        if parts[1:]
        else parts[0]
    )


def check_phone(text: str) -> str | None:
    """The valid number that a text gives, as E.164 with `;ext=` where there is an extension.

    A number of no country's own is a Chinese one; a landline needs its area code. Of several the first, unless the
    text corrects: then the last that it does not call wrong. None where there is none.
    """
    clean = simple(text)
    found: list[tuple[str, bool]] = []
    for match in phonenumbers.PhoneNumberMatcher(clean, REGION):
        if not phonenumbers.is_valid_number(match.number):
            continue
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        extension = _EXTENSION.match(clean[match.end :])
        more = match.number.extension or (extension.group(1) if extension else "")
        denied = _DENIED_BEFORE.search(clean[: match.start]) or _DENIED_AFTER.match(clean[match.end :])
        found.append((f"{number};ext={more}" if more else number, bool(denied)))
    right = [number for number, denied in found if not denied]
    if not right:
        return None
    return right[-1 if CORRECTS.search(clean) else 0]


def broken_phone(text: str) -> int | None:
    """How many digits a mainland mobile number in the text has, where it is not whole; None where there is none such.

    A number counts as one where the text calls it so, or is little else.
    """
    clean = simple(text)
    found = _MOBILE_LIKE.search(clean)
    if found is None or check_phone(text) is not None:
        return None
    digits = sum(char.isdigit() for char in found.group())
    called = says("names_phone", text)
    alone = sum(char.isalnum() for char in clean) - digits <= MOST_BESIDE_CHARS
    return digits if digits != MOBILE_DIGITS and (called or alone) else None


def check_name(text: str, least: Evidence = Evidence.POSSIBLE) -> str | None:
    """The name in a text of one's own name, where the text gives at least that much reason to take it for one."""
    told, clean = plain(text), simple(text)
    found = _name_in(clean, least)
    if found is None or len(told) != len(clean):
        return found
    start = clean.find(found)  # as its owner writes it, simplified or not
    return told[start : start + len(found)] if start >= 0 else found


def _name_in(clean: str, least: Evidence) -> str | None:
    together = _APART.sub(lambda found: found[1] + found[2].replace(" ", ""), without_numbers(clean))
    rest = _DENIED_NAME.sub("，", _ADDED.sub("", together))
    corrects = bool(CORRECTS.search(clean))
    for part in _BREAKS.split(rest):
        found = _in_part(part.strip(" \"'“”()（）-"), corrects=corrects, least=least)
        if found:
            return found
    return None


def _in_part(part: str, *, corrects: bool, least: Evidence) -> str | None:
    if stated := _STATES.search(part):
        rest = part[stated.end() :]
        renamed = _RENAMES.search(rest)
        after = _named(rest[renamed.end() :], Evidence.POSSIBLE) if renamed else None
        return after or _named(rest, Evidence.POSSIBLE)
    renamed = _RENAMES.match(part) or (_RENAMES.search(part) if corrects else None)
    if renamed:
        return _named(
            part[renamed.end() :], min(least, Evidence.SHAPED) if corrects else max(least, Evidence.SHAPED)
        )
    return _named(part, least)


def _named(words: str, least: Evidence) -> str | None:
    """The name that these words are, or that begins them before a space."""
    whole = _TAIL.sub("", words.strip())
    for candidate in dict.fromkeys((whole, *whole.split()[:1], *whole.split()[-1:])):
        latin = not has_han(candidate)
        if latin and candidate != whole and not has_han(whole):
            continue  # one word of an English sentence is no name
        evidence = _latin(candidate) if latin else _han(candidate)
        if evidence is not None and evidence >= least:
            return candidate
    return None


def _han(word: str) -> Evidence | None:
    if _TITLED.fullmatch(word) and not re.match(r"[找给打跟和请让问叫是转要]", word) and "的" not in word:
        return Evidence.STATED
    if _NOT_A_NAME.search(word):
        return None
    if _SHAPED.fullmatch(word):
        return Evidence.SHAPED
    return Evidence.POSSIBLE if _POSSIBLE.fullmatch(word) else None


def _latin(words: str) -> Evidence | None:
    if not _LATIN.fullmatch(words) or not 1 < len(words) <= LONGEST_NAME_CHARS:
        return None
    title, *rest = parts = words.split()
    if title.casefold().rstrip(".") in _LATIN_TITLES and rest:
        return Evidence.STATED
    if any(part.casefold().rstrip(".") in _LATIN_WORDS for part in parts):
        return None
    return Evidence.SHAPED if all(part[0].isupper() for part in parts) else Evidence.POSSIBLE
