"""Credits: whose merit each order is and why; accepting, giving to somebody else, and deciding what is contested."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.db.credit_lists import Credited, CreditList
from plugin.db.disputes import LONGEST, VERDICTS, AlreadyDecided, Disputes, NoReason
from plugin.db.rulings import NotRulable, Rulings
from plugin.domain.attribution import GRADES
from plugin.web.admin.lists import PAGE, missing, number_or_missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.admin.statement import ADMIN, check_right
from plugin.web.api.redemptions import place_in
from plugin.web.credit_view import place_of, told_credit
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = admin_blueprint("credits")
CONTESTED: Final = "contested"
SHOWN: Final = (CONTESTED, *GRADES)
"""What the list can be narrowed to."""


@blueprint.get("/credits")
def latest() -> str:
    """The newest credits; those that somebody contests stand by themselves."""
    show = request.args.get("show")
    if show is not None and show not in SHOWN:
        raise missing()
    with services().database.read() as session:
        check_right(session)
        rows = _contested(session) if show == CONTESTED else _rows(session, show)
        return render_template(
            "credits.html",
            rows=[told_credit(row) for row in rows[:PAGE]],
            older=place_of(rows[PAGE - 1]) if len(rows) > PAGE else None,
            show=show,
            shown=SHOWN,
            agents=_agents(session),
            done=request.args.get("done"),
        )


@blueprint.post("/credits/<number>/accept")
def accept(number: str) -> Response:
    """An unproven code counts after all."""

    def work(session: Session, credit: int, reason: str) -> bool:
        rulings = Rulings(session, tenant_id())
        return rulings.accept(credit, ADMIN, reason, services().now()) is not None

    return _done(number, work)


@blueprint.post("/credits/<number>/give")
def give(number: str) -> Response:
    """Somebody else gets the order."""
    agent = request.form.get("agent", "").strip().casefold()

    def work(session: Session, credit: int, reason: str) -> bool:
        if agent not in _agents(session):
            raise Problem(422, gettext("Nothing was changed: choose who gets it."))
        rulings = Rulings(session, tenant_id())
        return rulings.reassign(credit, {agent: 1}, ADMIN, reason, services().now()) is not None

    return _done(number, work)


@blueprint.post("/credits/<number>/decide")
def decide(number: str) -> Response:
    """Decide what is contested; whoever was right gets the order with it, where they are named."""
    verdict, agent = request.form.get("verdict", ""), request.form.get("agent", "").strip().casefold()

    def work(session: Session, credit: int, reason: str) -> bool:
        disputes, now = Disputes(session, tenant_id()), services().now()
        open_ones = [one for one in disputes.of_credit(credit) if one.state == "open"]
        for one in open_ones:
            disputes.decide(one.id, ADMIN, _verdict(verdict), reason, now)
        if verdict == "upheld" and agent:
            if agent not in _agents(session):
                raise Problem(422, gettext("Nothing was changed: choose who gets it."))
            Rulings(session, tenant_id()).reassign(credit, {agent: 1}, ADMIN, reason, now)
        return bool(open_ones)

    return _done(number, work)


def _done(number: str, work: Callable[[Session, int, str], bool]) -> Response:
    """Do it, all or nothing, and show the list again."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST:
        raise Problem(
            422, gettext("Nothing was changed: say in a few words why. It stands in the audit log.")
        )
    with services().database.write() as session:
        check_right(session)
        try:
            if not work(session, number_or_missing(number), reason):
                raise missing()
        except (NotRulable, AlreadyDecided) as why:
            raise Problem(409, str(why)) from None
        except NoReason as why:
            raise Problem(422, str(why)) from None
    return redirect(url_for("admin_credits.latest", show=request.form.get("show") or None, done="ruled"), 303)


def _verdict(text: str) -> Any:
    if text not in VERDICTS:
        raise Problem(422, gettext("Nothing was changed: choose whether the agent is right."))
    return text


def _rows(session: Session, grade: str | None) -> Sequence[Credited]:
    return CreditList(session, tenant_id()).latest(PAGE + 1, _after(), grade=grade)


def _contested(session: Session) -> Sequence[Credited]:
    """The credits of open disputes, each once."""
    open_ones = Disputes(session, tenant_id()).latest(PAGE, state="open")
    credits = CreditList(session, tenant_id())
    found = [credits.find(number) for number in dict.fromkeys(one.credit.id for one in open_ones)]
    return [one for one in found if one is not None]


def _after() -> Any:
    """Where the list goes on; nowhere for what is no place in it."""
    given = request.args.get("after")
    return None if not given else place_in(given)


def _agents(session: Session) -> Mapping[str, str]:
    """Whom an order can be given to: the agents that the settings name."""
    settings = services().views.of(session, tenant_id()).settings
    return {one.email.casefold(): one.email for one in settings.agents}
