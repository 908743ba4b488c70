"""Whether a text asks to be called, and at which number."""

import re

from renewal.language.contact import check_phone, simple

_CALL = re.compile(
    r"回(?:个|一个|我|我个)?电话?|回拨|(?:打|拨)(?:个|通|一个)?(?:电话)?给我|给我(?:回|打|来|拨|致电)|(?:打|拨)(?:过来|这个|此|我|上面|下面)"
    r"|打(?:一?个|通)?电话(?!给|来|过来|问|说)|(?:联系|联络|找|呼叫|致电)(?:一下|下)?(?:我|本人|这个)|电话(?:联系|沟通|聊|说)|来(?:个|一个)?电话?吧"
    r"|请.{0,6}(?:联系|回复我)|(?:转|要|找|请|叫|换|派)(?:个|一个|一下)?(?:人工|真人|客服|工作人员|专人|专员)|人工(?!智能|审|核|成本)|(?:找|叫|请|派|换)个?人(?!才|社|民)"
    r"|\b(?:call|ring|phone|contact|reach) me\b|\bcall(?:ing)? (?:me )?back\b|\bcallback\b|\bgive me a (?:call|ring)\b"
    r"|\b(?:speak|talk) (?:to|with) (?:a |an |some)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:不要|别|不用|不必|不需要|勿|甭)(?:再|给我|你们)*(?:打|回|拨|联系|来电|致电|找)"
    r"|(?:don'?t|do not|no need to|stop) (?:call|ring|contact)",
    re.IGNORECASE,
)
# Somebody did call, or writes of the call that is to come: such a text asks something else.
_OF_A_CALL = re.compile(
    r"骗|真的吗|真假|是真是假|冒充|自称|是不是你们|是你们(?:的|打|吗)|打(?:来|给我|过来|电话)?(?:了|过|的)|给我打(?:了|过|来)"
    r"|(?:什么时候|啥时候|多久|何时|几点|哪天|几天|怎么还|还没|没人|一直没|为什么|会不会|谁).{0,10}(?:打|回|联系|拨|来电)"
    r"|(?:打|回|联系|拨)[^，,。.;；]{0,6}(?:要多久|多久|收费|要钱|吗\W*是)"
    r"|\b(?:called me|has called|scam|fraud|fake|when (?:will|do|are)|how (?:long|soon)|why)\b",
    re.IGNORECASE,
)


def asks_for_call(text: str) -> bool:
    """Whether a text asks to be called and gives the number for it; a question about a call is none."""
    return wants_call(text) and check_phone(text) is not None


def wants_call(text: str) -> bool:
    """Whether the words of a text ask for a call or a person, whatever number it gives."""
    clean = simple(text)
    return bool(_CALL.search(clean) and not _REFUSED.search(clean) and not _OF_A_CALL.search(clean))
