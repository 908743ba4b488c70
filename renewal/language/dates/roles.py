"""What a day in a text is the day of: the permit's expiry, something else, or it is not said."""

import re
from typing import Literal

Role = Literal["expiry", "other", "unsaid"]

_EXPIRES = (
    r"到期|过期|逾期|超期|期满|满期|失效|作废|有效|截[至止]|为止|没用|最后期限|用到|不能用|停用|冻结|[中终]止|结束|届满|满1年|签注到|^止|续到|办到|签到"
    r"|expir|(?<![a-z])exp(?![a-z])|valid|overdue|deadline|(?<![a-z])due(?![a-z])|(?:run(?:s|ning)?|ran) out|lapse"
    r"|(?<![a-z])ends(?![a-z])"
)
# What a holder does, or has happen, on a day that is not the permit's last.
_HAPPENS = (
    r"搬|换(?!卡)|出差|外地|旅游|探亲|入职|离职|辞职|上班|下班|开门|关门|放假|休息|营业|出生|生日|生的|结婚|离婚|毕业|开学|入学|上学|来(?:上海|沪|的)"
    r"|回(?![访执复答])|去(?!年)|(?<![续申])办(?!到)|续(?!.{0,2}到)|签发|发证|发的|领的|预约|约了|登记|签合同|退房|签注?(?:好|完|成功|下来)*[的了过](?!期)|租|收到|短信|电话|打来|社保|交[了的过进上完好成齐]|交(?=材料|资料|申请|表)|[没有]结果|消息|动静|审核|丢|遗失|失败|递[交了过进]|提交|(?<!不予)受理(?!中心|窗口|点)|回执|缴|工作|(?<!居)住|领证"
    r"|拿证|拿到|取|有空|可以吗|行吗|(?<![可不])能(?!用)|想|要(?=去|办|来)|方便|(?<!请)问|起(?!来)|开始|等$"
    r"|come|open|moved?|born|start|visit|appl|(?<!'ve )got|receiv|work|arriv|call|close|renew|(?<![a-z])go(?![a-z])"
)
_WORDS = re.compile(rf"(?P<expiry>{_EXPIRES})|(?P<other>{_HAPPENS})")
_PAPERS = re.compile(
    r"合同|租约|身份证|护照|驾照|驾驶证|行驶证|社保卡|签证|结婚证|房产证|通行证|健康证|营业执照|备案|网签|居住登记|登记凭证|积分"
    r"|passport|licen[cs]e|visa|contract|lease|id card"
)
_HOMES = re.compile(r"房子|房屋|租房")
_PERMIT = re.compile(r"居住[证正]|暂住证|居留证|签注|permit|(?<![份驶照婚产行康])证")
_NOTICED = re.compile(r"^(?:我|才|刚|突然|都)*(?:发现|想起|得知|知道|看到|看了)")
_NOT_THE_DAY = re.compile(r"^[之以]?[前后](?![后天]|到期|过期|失效|有效)")
_RECKONED_TO = re.compile(r"^(?:为止)?(?:已经|都|是|有|一共|总共|算|就|过了|超了)*第?(?:几|多少)[天日]")
_MADE_OUT = re.compile(r"(?:签发|发证|制证|领证)(?:日期|时间|日)?(?:是|为|:)?\s*$")
_RECKONED = re.compile(r"\d(?:天|个月|周|礼拜|星期).{0,2}[是到]$")
_RUNS_FROM = re.compile(r"[从由自]\s*$")
_RUNS_FROM_HERE = re.compile(r"^(?:这天|那天)?(?:开始|起|重新|往后)?(?:计?算|起)")
_LEADS_TO = re.compile(r"(?:证|我的|我|卡|卡上|签|续|有效期?)(?:是|能)?(?:到|至)$|^\s*(?:到|至)$")
# Words that add nothing to a day that stands alone.
_FILLERS = re.compile(
    r"随申办|短信|居住证|居住正|居住|证件|证上|证|卡上|卡|我的|我|是|应该|好像|大概|可能|就是|就|吧|的|了|呢|啊|哦|嗯|哈|呀|写着?|显示|日期|时间|到|至"
    r"|从|那天|那个?|这|大约|差不多|约|左右|第|刚好|正好|有|已经?|都|吗|才|快|在|今天|现在|今年|只|还|呃|额|对|不是|不|其实|说错|改成?|前|以|之|后"
    r"|left|later|ago|now|remaining|more"
    r"|my|it'?s|is|the|on|at|permit|card|residence|about|around|i|think|was|date|day|until|to|from|a|of|sorry|no|yes|or"
    r"|[\W_※]"
)
LONGEST_RESIDUE = 3


def role_of(before: str, after: str) -> Role:
    """The role of a day or a span between `before` and `after`, the parts of its clause that no other claims."""
    ahead, behind = _WORDS.search(after), list(_WORDS.finditer(before))
    told = ahead or (behind[-1] if behind else None)
    if behind and re.search(r"[a-z]\s*$", before):
        told = behind[-1]  # "I moved on Nov 1 and it expires": English says it first
    elif is_noticed(after):
        return "other"
    elif not ahead and _LEADS_TO.search(before):
        return "expiry"
    if _HOMES.search(before + after) and not _PERMIT.search(before + after):
        return "other"
    if not is_of_the_permit(before, after) or (told and told["other"]):
        return "other"
    return "expiry" if told else "unsaid"


def role_of_day(before: str, after: str) -> Role:
    """The role of a day that is written out; "12月5号以后" and "提前30天是11月5号" name days beside the expiry's."""
    if _RUNS_FROM.search(before) and _RUNS_FROM_HERE.match(after):
        return "other"  # "有效期从今天算" is the day from which a term runs
    if (
        _NOT_THE_DAY.match(after)
        or _RECKONED_TO.match(after)
        or _MADE_OUT.search(before)
        or _RECKONED.search(before)
    ):
        return "other"
    return role_of(before, after)


def says_little(clause: str) -> bool:
    """Whether what is left of a clause beside its days is no more than small words."""
    return len(_FILLERS.sub("", clause)) <= LONGEST_RESIDUE


def happens(words: str) -> bool:
    """Whether the words tell of something else that a holder does or has happen."""
    return bool(re.search(_HAPPENS, words))


def is_noticed(after: str) -> bool:
    """Whether what follows a day tells that the holder came to know of something then."""
    return bool(_NOTICED.match(after))


def is_of_the_permit(before: str, after: str) -> bool:
    """Whether a span beside these words can be the permit's: no other paper is what it is said of."""
    around = before + after
    return not _PAPERS.search(around) or bool(_PERMIT.search(_PAPERS.sub("", around)))
