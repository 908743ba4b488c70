"""What axe says of a page at WCAG 2.2 AA, and whether it fits its window, in every look that people give a page."""

from dataclasses import dataclass
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
DESKTOP, NARROW, ENLARGED, PAPER = (1280, 900), (320, 640), (320, 256), (718, 1047)
_INSIDE = """
    const within = root => [...root.querySelectorAll('*')]
        .flatMap(box => [box, ...(box.shadowRoot ? within(box.shadowRoot) : [])]);
    const boxes = within(document);
    const moves = [document, ...boxes.map(box => box.shadowRoot).filter(Boolean)].flatMap(root => root.getAnimations());
"""
# Boxes, the window among them, whose content reaches beyond their side: cut off, or to be scrolled for sideways. A wide
# table stands in a region of its own that is scrolled, by keyboard too.
SIDEWAYS = f"""() => {{ {_INSIDE}
    const holds = box => box.querySelector(':scope > table, :scope > pre');
    const meant = box => box.clientWidth <= 1 || (box.tabIndex === 0 && holds(box));
    const cuts = box => getComputedStyle(box).overflowY !== 'visible' && !meant(box);
    return boxes.filter(box => box.scrollWidth > box.clientWidth + 1 && (box === document.documentElement || cuts(box)))
        .map(box => `${{box.tagName}} ${{box.className}} is ${{box.scrollWidth - box.clientWidth}} px too narrow`);
}}"""
# What can be pressed or filled in and lies beyond the right side, where somebody on a phone does not look for it.
BEYOND = f"""() => {{ {_INSIDE}
    const side = document.documentElement.clientWidth + 1;
    return boxes.filter(box => box.matches('a[href], button, input, select, textarea, summary'))
        .filter(box => box.getClientRects().length && box.getBoundingClientRect().right > side)
        .map(box => `${{box.outerHTML.slice(0, 160)}} lies beyond the side`);
}}"""
MOVES = f"""() => {{ {_INSIDE}
    return moves.filter(one => one.effect.getTiming().duration > 10)
        .map(one => `${{one.effect.target.tagName}} ${{one.effect.target.className}} moves`);
}}"""
# What is half faded in has half its contrast; what moves for ever (somebody types) is not waited for.
SETTLED = f"""() => {{ {_INSIDE}
    return moves.every(one => one.playState !== 'running' || one.effect.getTiming().iterations > 1);
}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to look at a page; `size` is that of the window in CSS pixels."""

    size: tuple[int, int] = DESKTOP
    dark: bool = False
    still: bool = False
    media: Literal["screen", "print"] = "screen"

    def put_on(self, page: Page) -> None:
        """Show the page that is open so."""
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        page.emulate_media(
            media=self.media,
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce" if self.still else "no-preference",
        )


LOOKS = {
    "light": Look(),
    "dark, still": Look(dark=True, still=True),
    "320 px": Look(size=NARROW),
    "400%, dark": Look(size=ENLARGED, dark=True),  # a window of 1280 by 1024
    "on paper, from a dark screen": Look(size=PAPER, media="print", dark=True),
}


def problems_in_every_look(
    page: Page, name: str = "", *, within: str | None = None, also: tuple[str, ...] = ()
) -> list[str]:
    """What is wrong with the page that is open, look by look; it stays open in the first one.

    `within` is a selector of the only part that axe judges, as on somebody else's page; `also` are more of its tags.
    """
    found = []
    for look, how in LOOKS.items():
        how.put_on(page)
        page.wait_for_function(SETTLED)
        wrong = problems_of(page, within, also=also) + (page.evaluate(MOVES) if how.still else [])
        found += [f"{name} ({look}): {each}" for each in wrong]
    next(iter(LOOKS.values())).put_on(page)
    return found


def problems_of(page: Page, within: str | None = None, *, also: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on the page that is open as it looks now, and what reaches beyond its side."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": [*WCAG, *also]},
        "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, which axe leaves out unless asked
        "resultTypes": ["violations"],
    }
    axe = Axe(
        "0" if page.evaluate("typeof axe === 'object'") else AXE_SCRIPT
    )  # half a megabyte, loaded once a page
    broken = axe.run(page, context=within, options=options).response["violations"]
    found = [f"{rule['id']} {[node['html'][:160] for node in rule['nodes']]}" for rule in broken]
    return [*found, *page.evaluate(SIDEWAYS), *page.evaluate(BEYOND)]
