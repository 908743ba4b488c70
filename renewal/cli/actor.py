"""Who typed a command, as the audit keeps it: the system's own word for it, and the name that was given."""

import os
import pwd
import re
import unicodedata

from renewal.cli.errors import UsageFault
from renewal.language.controls import without_controls
from renewal.language.staff_names import LONGEST_NAME_CHARS, is_of_one_script, is_taken

_NAME = re.compile(r"[\w.·'\- ]+")


def actor(staff: str) -> str:
    """`anna(os:root)` for `--staff anna`, typed by the system's user root; `os:root` where no name was given.

    The system's user is asked of the system, not of the environment, which anybody may set.

    Raises:
        UsageFault: the name is another actor's, too long, or holds what no name does.
    """
    user = f"os:{_system_user()}"
    name = " ".join(unicodedata.normalize("NFKC", staff).split())
    if not name:
        return user
    if len(name) > LONGEST_NAME_CHARS:
        raise UsageFault(f"--staff 太长：最多 {LONGEST_NAME_CHARS} 个字")
    if "\n" in staff or without_controls(staff) != staff or not _NAME.fullmatch(name):
        raise UsageFault("--staff 只能写名字：文字、数字、空格、点、短横")
    if not is_of_one_script(name):
        raise UsageFault("--staff 只能用汉字或者一种文字：请不要用看起来像拉丁字母的别国字母")
    if is_taken(name):
        raise UsageFault("--staff 要写人的名字：这个名字是别的用处的")
    return f"{name}({user})"


def _system_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        return str(os.getuid())
