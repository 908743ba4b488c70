"""Whether a text says that its writer leaves it at that ("收不到，不弄了"), and what else it says."""

import re

from renewal.language.contact import simple

LONGEST_STOP_CHARS = 40
_BREAKS = re.compile(r"[，,。.!！?？;；~～…\n]+|(?<=[㐀-鿿])\s+(?=[㐀-鿿])")
# What leads to the words that leave, and what trails them.
_LEAD = (
    r"(?:[哎唉呀诶嗨那嗯哦噢额呃好行吧啊我们咱先就都也实在真的暂时今天现在]|还是|这次|干脆|索性|不好意思|没事|没关系"
    r"|谢谢|算了|ok|okay|oh|well|no|sorry|thanks|please|actually|just|[ ,])*"
)
_TRAIL = r"(?:了|吧|啦|啊|呀|哈|嘛|哦|咯|呢|谢谢你?|多谢|哎|唉|算了|thanks|thank you|please|then|ok)*"
_THING = (
    r"(?:这个|那个|这些|你们?|我?的?(?:手机|联系)?(?:电话|号码?|手机|信息|资料|名字|姓名|方式)"
    r"|手机号|下去|了|积分|分数?|状态)*"
)
_VERB = r"(?:查|弄|问|算|办|填|留|给|说|聊|搞|测|登记|麻烦|试|看|续|做|继续|玩|回答|提供|告诉|输|写|等)"
_LEAVES = re.compile(
    rf"(?:不想|不要|不用|不需要|不必|不愿意?|懒得|别|甭)(?:再|继续|给|让)*{_VERB}{{1,2}}(?:一?下)?{_THING}"
    rf"|不(?:再)?{_VERB}{{1,2}}{_THING}了|[不没](?:用|要|需要|必|想要?|兴趣)了"
    rf"|取消|退出|停止?|结束|算了吧?|算啦|作罢|拉倒|放弃|到此为止|不(?:查|弄|填|留|算){_THING}"
    r"|(?:let'?s )?(?:cancel|quit|stop|exit)(?: it| this| that| here)?|forget (?:about )?(?:it|this|that)|never ?mind"
    r"|leave it|skip it all|drop it|i(?:'d| would)? (?:rather not|give up|changed my mind)|no longer needed?"
    r"|(?:i )?(?:don'?t|do not) (?:want|need)(?: to)?(?: (?:this|it|continue|go on|anymore|any more))*",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"\s*{_LEAD}\s*(?:{_LEAVES.pattern})\s*{_TRAIL}\s*", re.IGNORECASE)
# "算了还是续吧": the first word leaves, whatever follows.
_RUN_ON = re.compile(
    r"^\W*[哎呀唉那嗯]{0,4}(?:算了吧?|算啦|never ?mind|forget it)(?=[^\s\W])(?!一?[下遍次]|半天|[算好多几])",
    re.IGNORECASE,
)


def says_stop(text: str) -> bool:
    """Whether a clause of the text says nothing but that its writer leaves it at that."""
    return without_stop(text) is not None


def without_stop(text: str) -> str | None:
    """The text, in simplified characters, without the clauses that leave; None where none does."""
    clean = simple(text)
    run_on = _RUN_ON.match(clean)
    clauses = [
        clause for clause in _BREAKS.split(clean[run_on.end() :] if run_on else clean) if clause.strip()
    ]
    kept = [c for c in clauses if len(c) > LONGEST_STOP_CHARS or not _WHOLE.fullmatch(c)]
    if not run_on and len(kept) == len(clauses):
        return None
    ends = re.search(r"[?？]\s*$", clean)
    return "，".join(kept) + ("?" if ends else "")
