"""The statement as a file, with every entry behind it: CSV, or a workbook."""

from io import BytesIO, StringIO
from typing import Final

from flask import Response, g

from plugin.db.statements import Statements
from plugin.domain.periods import is_period
from plugin.statement_files import entries_of, write_csv, write_xlsx
from plugin.web.admin.lists import missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.admin.statement import book_in, check_right
from plugin.web.services import services

blueprint = admin_blueprint("statement_file")
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/statement/<month>.<form>")
def statement_file(month: str, form: str) -> Response:
    """The month as it is shown, for spreadsheets."""
    if not is_period(month) or form not in TYPES:
        raise missing()
    with services().database.read() as session:
        check_right(session)
        document = book_in(session).document(month)
        entries = entries_of(Statements(session, tenant_id()), month)
        lines, book = StringIO(newline=""), BytesIO()
        if form == "csv":
            write_csv(lines, g.tenant_name, document, entries)
        else:
            write_xlsx(book, g.tenant_name, document, entries)
    made = Response(lines.getvalue() if form == "csv" else book.getvalue(), content_type=TYPES[form])
    made.headers["Content-Disposition"] = f'attachment; filename="statement-{month}.{form}"'
    return made
