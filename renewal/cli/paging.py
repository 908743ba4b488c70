"""Long lists come a page at a time, and say so: nothing is cut in silence."""

from renewal.cli.console import out
from renewal.wording.staff import staff_sentence as sentence


def tell_of_more(shown: int, count: int, page: int, size: int) -> None:
    """One line under a page that is not the whole list: which part it is, and how to see the next."""
    if count <= shown:
        return
    first = (page - 1) * size + 1
    last = first + shown - 1
    out.print(sentence("list.part", first=first, last=last, count=count))
    if last < count:
        out.print(sentence("list.next", left=count - last, page=page + 1))
