"""The file of a backup: which databases are in it, and under which keys they were written; never the keys."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from renewal.domain.errors import RenewalError
from renewal.wording.staff import staff_sentence as sentence

FORMAT = 1
LABEL = "backup.json"
STORE = "store"
CONVERSATIONS = "conversations"
PARTS = (STORE, CONVERSATIONS)
LABEL_BYTES = 100_000


class BackupRefused(RenewalError):
    """A backup is not made, or not restored; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a backup says of itself. `store` and `conversations` name a kind of database; the latter may be empty.

    Marks tell keys apart and reveal none; those of the conversations are empty where whoever made it had not the key.
    `digests` are the parts' SHA-256, by name, once they lie in the file.
    """

    made_at: datetime
    schema: str
    store: str
    conversations: str
    lookup_mark: str
    data_marks: tuple[str, ...]
    conversation_marks: tuple[str, ...]
    digests: Mapping[str, str] = field(default_factory=dict)


def pack(folder: Path, label: Label, file: Path) -> None:
    """Put the label and the parts that lie in the folder into one new file, which appears when it is whole."""
    digests = {name: _digest(folder / name) for name in PARTS if (folder / name).is_file()}
    told = {"format": FORMAT, **asdict(label), "made_at": label.made_at.isoformat(), "digests": digests}
    (folder / LABEL).write_text(json.dumps(told), encoding="utf-8")
    draft = folder / "whole"
    with tarfile.open(draft, "w") as archive:
        for name in (LABEL, *PARTS):
            if (folder / name).is_file():
                archive.add(folder / name, arcname=name, filter=_nameless)
    draft.chmod(0o600)
    draft.replace(file)


def label_of(file: Path) -> Label:
    """What the backup says of itself. Raises BackupRefused where it is none, or one of a later release."""
    try:
        with tarfile.open(file, "r:") as archive:
            member = archive.next()
            opened = archive.extractfile(member) if member and member.name == LABEL else None
            said = json.loads(opened.read(LABEL_BYTES)) if opened else {}
        if said.pop("format") != FORMAT:
            raise BackupRefused(sentence("backup.later"))
        return Label(
            made_at=datetime.fromisoformat(said.pop("made_at")),
            digests=dict(said.pop("digests")),
            data_marks=tuple(said.pop("data_marks")),
            conversation_marks=tuple(said.pop("conversation_marks")),
            **said,
        )
    except FileNotFoundError:
        raise BackupRefused(sentence("backup.no_file", file=file)) from None
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BackupRefused(sentence("backup.not_one", file=file)) from None


def unpack(file: Path, label: Label, folder: Path) -> None:
    """Lay the parts of a backup into the folder. Raises BackupRefused where one is missing, or is not as it was."""
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                if member.name not in PARTS or not member.isfile():
                    continue
                with (folder / member.name).open("xb") as part:
                    opened = archive.extractfile(member)
                    assert opened is not None  # it is a file
                    shutil.copyfileobj(opened, part)
    except (tarfile.TarError, EOFError, FileExistsError):
        raise BackupRefused(sentence("backup.not_one", file=file)) from None
    found = {name: _digest(folder / name) for name in PARTS if (folder / name).is_file()}
    if found != label.digests or STORE not in found:
        raise BackupRefused(sentence("backup.not_one", file=file))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _nameless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who made it on which machine is no business of the file's."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
