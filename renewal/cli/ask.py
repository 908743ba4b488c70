"""`renewal ask`: one text, and the bot's answer to it."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any, cast

from rich.panel import Panel
from rich.text import Text

from renewal.cli.console import out, put, say, waiting
from renewal.cli.errors import CliError, UsageFault
from renewal.cli.talk import Channel, Session, keep_session, read_session, services_to_talk, session_folder
from renewal.services.app import Services
from renewal.services.samples import door, scenarios
from renewal.services.samples.door import Heard, Reply
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.talks.rasa import RasaAssistant

Told = Mapping[str, Any]


def ask(text: str, *, session: str = "", channel: str = "", scenario: str = "", why: bool = False) -> None:
    """Say `text`, in a new conversation or the session's, and print what the bot says; with `why`, why it does.

    Raises:
        UsageFault: channel or session name is none, or the session was opened as something else.
        CliError: the assistant did not answer.
    """
    if channel not in ("", "sms", "web"):
        raise UsageFault("--channel 只能是 sms 或 web")
    if scenario and scenario not in scenarios.SCENARIOS:
        raise UsageFault(f"没有场景 {scenario}。可用的有：{'、'.join(scenarios.SCENARIOS)}")
    folder = session_folder(session) if session else None
    known = read_session(folder) if folder else None
    if known:
        _refuse_change(known, session, channel, scenario)
    with services_to_talk(folder, known) as (services, home):
        if known is None:
            way = cast(Channel, channel or ("sms" if scenario else "web"))
            conversation_id = door.enter(services, way, scenario)
            known = Session(conversation_id=conversation_id, channel=way, scenario=scenario, home=home)
            if folder:
                keep_session(folder, known)
        with waiting("等待回答"):
            heard, told = _say(services, known.conversation_id, text, why)
    if not heard.replies:
        say("没有回复发出：这个号码退订了，或者会话由工作人员接手了")
    for reply in heard.replies:
        show(reply)
    if why:
        show_why(told)


def _refuse_change(known: Session, name: str, channel: str, scenario: str) -> None:
    if channel not in ("", known.channel) or scenario not in ("", known.scenario):
        opened = known.channel + (f"，场景 {known.scenario}" if known.scenario else "")
        raise UsageFault(f"会话 {name} 是以 {opened} 开始的：换一个会话名，或去掉这个选项")


def _say(services: Services, conversation_id: str, text: str, why: bool) -> tuple[Heard, tuple[Told, ...]]:
    with closing(RasaAssistant(services.settings, explain=why)) as assistant:
        try:
            return door.say(services, assistant, conversation_id, text), assistant.why
        except AssistantUnavailable as error:
            raise CliError(f"助手没有回答：{error}") from None


def show(reply: Reply) -> None:
    """On a terminal a panel, else the words alone."""
    choices = [f"[{number}] {button.label}" for number, button in enumerate(reply.buttons, start=1)]
    if out.is_terminal:
        out.print(
            Panel(Text(reply.text), subtitle=Text("  ".join(choices)) if choices else None, expand=False)
        )
        return
    put("\n".join((reply.text, *choices)))


def show_why(told: tuple[Told, ...]) -> None:
    """What each action read, weighed, won with, knew and cited; an answer given at the door has none of it."""
    if not told:
        put("为什么：在门口就答了，没有问助手（退订、验证码、证件号、危急等）")
        return
    first = told[0]
    lines = ["", f"读到：{_listed(first['reading'])}", f"主题：{_listed(first['topics'])}"]
    lines += [f"  分句“{part['text']}”：{_listed(part['topics'])}" for part in first["parts"]]
    for action in told:
        form = f"（{action['form']}，在问 {action['asks']}）" if action["form"] else ""
        lines.append(f"动作：{action['action']}{form}")
        lines.append(f"  胜出：{action['claim'] or '—'}")
        lines += [
            f"  措辞：{w['key']}（{w['claim'] or '—'}）{_listed(w['values'])}" for w in action["wordings"]
        ]
        lines.append(f"  事实：{_listed(action['facts'])}")
        lines.append(f"  条款：{_listed(action['clauses'])}")
    put("\n".join(lines))


def _listed(values: Mapping[str, Any]) -> str:
    return (
        "；".join(f"{name} {_short(value)}" for name, value in values.items() if value not in ("", [])) or "—"
    )


def _short(value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return f"{value:.0%}" if isinstance(value, float) else str(value)
