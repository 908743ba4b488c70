"""What a text about an appointment is for: to cancel it, to move it, to hear of it, or something else altogether."""

import re
from datetime import date

from renewal.language.appointments.hours import CLOCK, NUMBER, PARTS, THAT_WEEK
from renewal.language.contact import simple
from renewal.language.dates.choosing import read_days
from renewal.language.records import DISTRICTS

SOONEST = re.compile(
    r"最早|越[早快]越好|尽[快早]|最近的|最快|随便|都行|都可以|都好|哪个都|你定|你们定|安排就"
    r"|any(?:\s?time| day| of)|earliest|soonest|asap|as soon as|whichever|whatever",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"还有(?:别的|其他|没有别的|其它|哪些)|别的(?:时间|时段|日子|天|号)|其[他它](?:时间|时段|日子|天)|换一?[批组些]"
    r"|都不(?:行|合适|方便|好|要)|再?晚[一几]?[点些天]|往后|后面的|更晚|更多"
    r"|\b(?:other|another|different) (?:times?|days?|slots?)|none of (?:these|them)|later"
    r"|more (?:times|options|slots)",
    re.IGNORECASE,
)
_CANCELS = re.compile(
    r"(?:取消|撤[销回掉]?|退掉?)(?:了|掉|我|的|这个|那个|刚才|之前|上次|网上|一下|签注|续签)*(?:预约|约的?号?)"
    r"|(?:预约|约的?(?:号|时间)?)(?:的)?(?:帮我|给我|我|先|都|就|不|想|要|把|它|能|可以)*"
    r"(?:取消|撤|退|作废|不要了|不去了|不来了)"
    r"|(?:不要|不用|不需要|不想|不)(?:再|这个|那个)*(?:预约|约|去签注?|来签注?)了"
    r"|(?:去不了|来不了|去不成|不去了|不来了|不能去|没法去)了?(?=$|[，,。.!！~\s]|取消|帮)"
    r"|cancel (?:my |the |this |that )?(?:appointment|booking|slot)"
    r"|(?:can'?t|cannot|can not|won'?t) (?:come|make it|attend)",
    re.IGNORECASE,
)
# Asks what cancelling means or how it is done: nobody's seat is given away for that.
_ONLY_ASKS = re.compile(
    r"怎么|怎样|如何|咋|能不能|可不可以|[吗么]\W*$|会不会|影响|后果"
    r"|\b(?:how|what (?:if|happens)|can i|could i|may i)\b",
    re.IGNORECASE,
)
_BARE_CANCEL = re.compile(
    r"(?:我要|我想|帮我|请|麻烦)?取消[了吧掉啊]*|cancel(?: it)?(?: please)?", re.IGNORECASE
)
_MOVES = re.compile(
    r"改[到成在约期天]|[能可以想要]改|改(?=[下上本这]?个?(?:周|星期|礼拜)|\d|明|后)"
    r"|改(?:一下|个|下|换)?(?:时间|日期|预约|日子|中心)|提[前早](?:到|一)|改约|重新?约"
    r"|(?:换|挪|调|推|延|移)(?:一下|一?个|到|成|至|迟|后|前|期)"
    r"|\b(?:move|change|reschedule|postpone|rebook|shift)\b|another (?:day|time)|different (?:day|time)|instead",
    re.IGNORECASE,
)
_LOOKS_UP = re.compile(
    r"(?:我|那个)[^，,。？?]{0,4}号[^，,。？?]{0,4}(?:哪[天日]|几[号点]|什么时候|还在)"
    r"|我[^，,。？?]{0,6}(?:哪[天日]|几[号点]|什么时候)(?:去|过去|来|到)签|我(?:到底|究竟|应该|是)?哪天(?:去|过去)"
    r"|(?:复述|再(?:说|讲|告诉|报)|重复)[^，,。？?]{0,8}(?:约|哪天去|几点去|时间)|我(?:是)?约好了"
    r"|我[^，,。？?]{0,4}(?:还有|没有|没|有没有|有)(?:[^，,。？?]{0,2})(?:预约|约着|约上|约过)(?:了|的)?(?:吗|吧|没|么)"
    r"|(?:最后|到底|究竟)约的"
    r"约(?:的|好的|了)?(?:是|到|在)?(?:哪[天一个日里儿]|几[点号时]|什么时[候间]|啥时候|啥辰光|何时)"
    r"|(?:预约|约的|约好的|我约)[^，,。]{0,6}(?:是|在)?(?:哪[天日里儿]|几[点号]|什么时候|啥时候|何时|时间是|哪个中心)"
    r"|(?:查|看|忘)(?:一下|下|了|看|查|询)*(?:我)?(?:的)?(?:签注)?(?:预约|约的|约了|约到|约好)"
    r"|我(?:的|有没有|有|是不是|到底)?(?:预约|约)(?:上|好|成功|成)?(?:了)?(?:没有?|吗|么|是不是)"
    r"|\b(?:when|where|what time|which (?:day|centre|center))\b.{0,16}\b(?:appointment|booking|booked|slot)"
    r"|\b(?:check|show|see|forgot|have)\b.{0,14}\b(?:appointment|booking)",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(
    r"预约|约(?!定)|[定订排]个?(?:时间|日子|号)|appointment|booking|\bbook\b", re.IGNORECASE
)
_ASKS_FOR_ONE = re.compile(
    r"(?:给我|帮我|替我|我想|我要|想|要|麻烦|请)[^，,。？?]{0,4}(?:预约|约(?!定))|^约(?!定)|能约吗"
    r"|\b(?:book|make|schedule|need)\b.{0,12}\b(?:appointment|slot|time)",
    re.IGNORECASE,
)
_ASKS_HOW = re.compile(
    r"怎么|怎样|如何|咋|哪里约|哪约|哪个(?:平台|网站|小程序)|流程|步骤|\bhow\b|\bwhere do\b", re.IGNORECASE
)
# What one books elsewhere, unless the permit is named too.
_OF_OTHERS = re.compile(
    r"牙|医院|医生|看病|门诊|专家号|体检|疫苗|核酸|饭|餐|吃|包间|酒店|宾馆|理发|美容|美甲|按摩|健身|洗车|年检|驾[照考]|科目|护照"
    r"|签证|港澳|结婚|离婚|领证登记|面试|课|家教|搬家公司|保洁|快递|看房|电影|演出|景点|博物馆|图书馆|球场"
    r"|\b(?:doctor|dentist|hospital|restaurant|table|hotel|haircut|visa|passport|gym|movie)\b",
    re.IGNORECASE,
)
_OF_OURS = re.compile(r"签注|续签|续期|居住证|社区|受理|\b(?:permit|renew|endorse)", re.IGNORECASE)
_ABOUT_A_CALL = re.compile(r"回电|回访|电话|打给|call|phone", re.IGNORECASE)
# All that a text may hold besides a day and an hour, and still be nothing but a wish for them.
_FILLING = re.compile(
    r"预约|签注|续签|居住证|办理|不对|等等|等一下|过去|那边|这边|那个|这个|不行|帮我|给我|麻烦|请|谢谢|多谢|你好|您好|可以|能不能|能|行不行|行|有没有|有空|有号|有|空位|空|吗|么|嘛|呢|吧"
    r"|啊|呀|哦|哈|的|了|我|你们|您|想|要|去|来|到|就|那|还|改|换|约|定|选|挪|时间|时候|左右|大概|最好|比较|方便|没空|有事"
    r"|前后|之后|以后|之前|上班|过去|中心|窗口|办|在|是|和|或者|或|也|都|当天|那天|当日|早点|晚点|点钟|整|钟"
    r"|\b(?:please|can|could|may|i|we|is|it|there|a|an|the|at|on|in|to|for|of|with|my|me|you|any|free|slot|book"
    r"|booking|appointment|renewal|endorsement|come|go|want|like|would|let'?s|make|ok|okay|how|about|what|thanks"
    r"|thank|move|change|reschedule|instead|time|day|around|o'?clock|available|possible|works?|good|fine|do|have|get"
    r"|yes|no|not|but|be|one|prefer|i'?d)\b|[\W_]+",
    re.IGNORECASE,
)
BY_EXPIRY = re.compile(
    rf"到期的?(?:前的?(?P<before>{NUMBER})天|[那当][天日])|\bthe day it expires|\bexpiry (?:day|date)",
    re.IGNORECASE,
)
IN_ENGLISH = dict(
    zip(
        DISTRICTS,
        "huangpu xuhui changning jing'?an putuo hongkou yangpu minhang "
        "baoshan jiading pudong jinshan songjiang qingpu fengxian chongming".split(),
        strict=True,
    )
)
_PLACES = re.compile(
    "|".join(rf"{name[:2]}(?:新区|区)?|\b{word}\b" for name, word in IN_ENGLISH.items()), re.IGNORECASE
)
_BLANKED = re.compile("※+|中午")  # what the reading of days blanks: an hour, a number
MOST_REST_CHARS = 3  # beyond what is filling: a text that says more asks something of its own


def cancels(text: str) -> bool:
    """Whether a text calls off an appointment in so many words, whatever it was taken for."""
    clean = simple(text)
    return bool(_CANCELS.search(clean)) and not _ONLY_ASKS.search(clean)


def asks_to_cancel(text: str) -> bool:
    """Whether a text asks about calling one off."""
    clean = simple(text)
    return bool(_CANCELS.search(clean)) and bool(_ONLY_ASKS.search(clean))


def bare_cancel(text: str) -> bool:
    """Whether a text is nothing but "cancel"."""
    return bool(_BARE_CANCEL.fullmatch(simple(text).strip("。.!！ ")))


def moves(text: str) -> bool:
    """Whether a text wants an appointment at another time or place."""
    return bool(_MOVES.search(simple(text)))


def speaks_of_it(text: str) -> bool:
    """Whether a text names an appointment, and not one for a call."""
    clean = simple(text)
    return bool(_SPEAKS_OF_IT.search(clean)) and not _ABOUT_A_CALL.search(clean)


def speaks_of_call(text: str) -> bool:
    """Whether a text speaks of being called."""
    return bool(_ABOUT_A_CALL.search(simple(text)))


def asks_for_one(text: str) -> bool:
    """Whether a text asks in so many words for an appointment, whatever it was taken for."""
    clean = simple(text)
    return bool(_ASKS_FOR_ONE.search(clean)) and not (_ABOUT_A_CALL.search(clean) or _ASKS_HOW.search(clean))


def books_something_else(text: str) -> bool:
    """Whether what a text wants booked is none of ours: a doctor, a table."""
    clean = simple(text)
    return bool(_OF_OTHERS.search(clean)) and not _OF_OURS.search(clean)


def looks_up(text: str) -> bool:
    """Whether a text asks when or where the appointment is, or whether there is one."""
    return bool(_LOOKS_UP.search(simple(text)))


def says_more(text: str, today: date) -> bool:
    """Whether a text says more than days, hours and the words around them: then it asks something of its own."""
    plain, days, _ = read_days(text, today)
    for day in sorted(days, key=lambda day: -day.start):
        plain = plain[: day.start] + " " + plain[day.end :]
    for pattern in (CLOCK, *PARTS.values(), THAT_WEEK, SOONEST, OTHERS, _MOVES, _BLANKED, _PLACES, BY_EXPIRY):
        plain = pattern.sub(" ", plain)
    return len(_FILLING.sub("", plain)) > MOST_REST_CHARS
