"""The smallest workbooks that a reader of sheets accepts, written by hand: no dependency only for tests."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

STAMP = (2026, 11, 23, 0, 0, 0)
XLSX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
    '<Relationship Id="rId2" Target="styles.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
ONE_SHEET = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
SHEET_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
SHEET_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class DayNumber(float):
    """A day as Excel keeps it: days since 1899-12-30, shown as a date."""


def write_xlsx(
    path: Path,
    rows: Sequence[Sequence[object]] | None,
    *,
    first_row: int = 1,
    hidden_before: Sequence[Sequence[object]] | None = None,
) -> Path:
    """A workbook of one sheet: text as text, numbers as numbers, DayNumber as a date.

    `hidden_before` makes a hidden sheet that stands before it; without `rows` there is no other.
    """
    sheets = [(hidden_before, ' state="hidden"'), (rows, "")]
    sheets = [sheet for sheet in sheets if sheet[0] is not None]
    parts = dict(XLSX)
    listed = related = typed = ""
    for number, (held, state) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(held or (), first_row)
        if number > 1:
            related += f'<Relationship Id="rId{number + 1}" Target="worksheets/sheet{number}.xml" Type="{SHEET_TYPE}"/>'
            typed += f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{SHEET_CONTENT}"/>'
        relation = number if number == 1 else number + 1  # the second is the styles'
        listed += f'<sheet name="Sheet{number}" sheetId="{number}"{state} r:id="rId{relation}"/>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(ONE_SHEET, listed)
    parts["xl/_rels/workbook.xml.rels"] = _before_end(parts["xl/_rels/workbook.xml.rels"], related)
    parts["[Content_Types].xml"] = _before_end(parts["[Content_Types].xml"], typed)
    _zip(path, parts)
    return path


def _sheet(rows: Sequence[Sequence[object]], first_row: int) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(cell) for cell in row)}</row>'
        for number, row in enumerate(rows, start=first_row)
    )
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def _before_end(part: str, more: str) -> str:
    end = part.rindex("</")
    return part[:end] + more + part[end:]


def write_ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An OpenDocument sheet of text."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    _zip(path, {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})
    return path


def _cell(cell: object) -> str:
    if isinstance(cell, DayNumber):
        return f'<c s="1"><v>{float(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'


def _zip(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), text)
