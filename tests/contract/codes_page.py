"""The page of the providers' codes, made from each provider's `codes.yml`: `python -m tests.contract.codes_page`."""

from collections.abc import Iterator
from pathlib import Path

from renewal.providers import provider_kinds, refusals

PAGE = Path(__file__).resolve().parents[2] / "docs/provider_codes.md"
BEGINNING = """# What the providers' codes mean

Made from `sms_gateway/providers/*/codes.yml` by `python -m tests.contract.codes_page`; a test fails where they differ.
The class says what is done next:

| class | what follows |
|---|---|
| bad_number | the text fails; nothing more is sent to the number until a text comes from it |
| opted_out | the text is suppressed; nothing more is sent to the number |
| content | the text fails; after three different numbers its template is held |
| account | all sending stops, with an alert; `renewal sending lift` lets it go on |
| busy | the text is tried again, later each time; it is not counted as a try |
| handset_away | at most three tries, half an hour apart |
| unclear | the provider is asked what became of it; it is never sent again blindly |
"""


def page() -> str:
    """The whole page."""
    return "\n".join([BEGINNING, *_tables()])


def _tables() -> Iterator[str]:
    for name, kind in sorted(provider_kinds().items()):
        codes = refusals(name)
        if codes:
            yield f"## {kind.title}\n\n| code | class | what the provider calls it | for staff |\n|---|---|---|---|"
            yield from (
                f"| {code} | {refusal.failure} | {refusal.title} | {refusal.text} |"
                for code, refusal in sorted(codes.items())
            )
            yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
