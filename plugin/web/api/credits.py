"""/api/v1/credits: whose merit each order is and why; contesting that, deciding it, and giving it to somebody else."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response, jsonify, request
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.credit_lists import STATES, CreditList
from plugin.db.disputes import LONGEST, VERDICTS, Disputes, NoReason
from plugin.db.rulings import NotRulable, Rulings
from plugin.domain.attribution import GRADES
from plugin.settings_file import SettingsErrors
from plugin.web.api.auth import api_blueprint, caller, tenant_id
from plugin.web.api.money_schemas import CreditSchema
from plugin.web.api.paging import ListQuery, list_query, missing, page, row_number
from plugin.web.api.redemptions import place_in
from plugin.web.api.statements import text_filter
from plugin.web.api.writing import write
from plugin.web.credit_view import place_of, told_credit
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.settings_text import read_json

blueprint = api_blueprint("credits")
MOST_AGENTS: Final = 20
HEAVIEST: Final = 1_000_000
SAY_WHY = f'send {{"reason": "…"}}: in 1 to {LONGEST} characters, why'
SAY_WHO = (
    'send {"agent": "ana@shop.example", "reason": "…"}, or {"agents": {"ana@shop.example": 1, "ben@shop.example": 1}, '
    f'"reason": "…"}} with up to {MOST_AGENTS} agents and their weights, whole numbers from 1 to {HEAVIEST}'
)
SAY_VERDICT = 'send {"state": "upheld" or "rejected", "reason": "…"}: upheld says that the agent is right'
STRANGER = (
    "nobody of the address {agent} works here: name an agent of the settings, of a helpdesk, or of a credit"
)
NOT_CONTESTED = (
    "nobody contests this credit: there is nothing to decide; `reassign` gives it to somebody else"
)


class CreditsQuery(ListQuery):
    """Filters of the list."""

    agent = text_filter(320)
    grade = fields.String(validate=validate.OneOf(GRADES, error=f"must be one of {', '.join(GRADES)}"))
    state = fields.String(validate=validate.OneOf(STATES, error=f"must be one of {', '.join(STATES)}"))


@blueprint.get("/credits")
def all_credits() -> Response:
    """The newest credits, by when their orders were placed."""
    query = list_query(CreditsQuery)
    limit, after = query.pop("limit"), place_in(query.pop("cursor"))
    if "agent" in query:
        query["agent"] = query["agent"].strip().casefold()
    with services().database.read() as session:
        rows = CreditList(session, tenant_id()).latest(limit + 1, after, **query)
        return jsonify(page(rows, limit, lambda row: CreditSchema().dump(told_credit(row)), place_of))


@blueprint.get("/credits/<number>")
def one_credit(number: str) -> Response:
    """One credit with its evidence."""
    with services().database.read() as session:
        return jsonify(_shown(session, row_number(number, "credit")))


@blueprint.post("/credits/<number>/dispute")
def dispute(number: str) -> Response:
    """Contest a credit, with a reason: a manager decides."""
    reason = _reason(_body(("reason",), SAY_WHY), SAY_WHY)

    def work(session: Session, credit: int) -> bool:
        disputes = Disputes(session, tenant_id())
        return disputes.contest(credit, caller(), reason, services().now()) is not None

    return _answered(number, work)


@blueprint.post("/credits/<number>/decide")
def decide(number: str) -> Response:
    """Decide what is contested about a credit: upheld or rejected, with a reason that the agent reads."""
    body = _body(("state", "reason"), SAY_VERDICT)
    reason, verdict = _reason(body, SAY_VERDICT), body.get("state")
    if verdict not in VERDICTS:
        raise Problem(422, SAY_VERDICT)

    def work(session: Session, credit: int) -> bool:
        disputes = Disputes(session, tenant_id())
        open_ones = [one for one in disputes.of_credit(credit) if one.state == "open"]
        for one in open_ones:
            disputes.decide(one.id, caller(), verdict, reason, services().now())
        if not open_ones and CreditList(session, tenant_id()).find(credit) is not None:
            raise Problem(409, NOT_CONTESTED)
        return bool(open_ones)

    return _answered(number, work)


@blueprint.post("/credits/<number>/reassign")
def reassign(number: str) -> Response:
    """Give the order of a credit to another agent, or to several by weight; the ledger follows within seconds."""
    body = _body(("agent", "agents", "reason"), SAY_WHO)
    reason, agents = _reason(body, SAY_WHO), _agents(body)

    def work(session: Session, credit: int) -> bool:
        rulings = Rulings(session, tenant_id())
        _refuse_strangers(session, rulings, agents)
        return rulings.reassign(credit, agents, caller(), reason, services().now()) is not None

    return _answered(number, work)


@blueprint.post("/credits/<number>/accept")
def accept(number: str) -> Response:
    """Let a code count that nothing proves: the ledger follows within seconds."""
    reason = _reason(_body(("reason",), SAY_WHY), SAY_WHY)

    def work(session: Session, credit: int) -> bool:
        return Rulings(session, tenant_id()).accept(credit, caller(), reason, services().now()) is not None

    return _answered(number, work)


def _answered(number: str, work: Callable[[Session, int], bool]) -> Response:
    """Do it, and answer with the credit as it stands then."""
    credit = row_number(number, "credit")

    def done(session: Session) -> Answer:
        try:
            if not work(session, credit):
                raise missing("credit", number)
        except NoReason as error:
            raise Problem(422, str(error)) from None
        except NotRulable as error:
            raise Problem(409, str(error)) from None
        return Answer(200, _shown(session, credit))

    return write(done)


def _shown(session: Session, credit: int) -> Mapping[str, Any]:
    found = CreditList(session, tenant_id()).find(credit)
    if found is None:
        raise missing("credit", str(credit))
    shown: Mapping[str, Any] = CreditSchema().dump(told_credit(found))
    return shown


def _body(known: tuple[str, ...], shape: str) -> Mapping[str, Any]:
    """The JSON object of this request, with these members and no other."""
    try:
        document = read_json(request.get_data())
    except SettingsErrors:
        raise Problem(422, shape) from None
    if strange := sorted(set(document) - set(known)):
        raise Problem(422, f"{strange[0][:60]!r} is not known here: {shape}")
    return document


def _reason(body: Mapping[str, Any], shape: str) -> str:
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST:
        raise Problem(422, shape)
    return reason


def _agents(body: Mapping[str, Any]) -> dict[str, int]:
    """Who gets it, by weight: one agent, or several."""
    agents = {body.get("agent"): 1} if "agent" in body else body.get("agents")
    if "agent" in body and "agents" in body:
        raise Problem(422, SAY_WHO)
    if not isinstance(agents, dict) or not 1 <= len(agents) <= MOST_AGENTS:
        raise Problem(422, SAY_WHO)
    for agent, weight in agents.items():
        named = isinstance(agent, str) and 3 <= len(agent) <= 320 and "\x00" not in agent
        if not named or type(weight) is not int or not 1 <= weight <= HEAVIEST:
            raise Problem(422, SAY_WHO)
    return {agent.strip().casefold(): weight for agent, weight in agents.items()}


def _refuse_strangers(session: Session, rulings: Rulings, agents: Mapping[str, int]) -> None:
    """A misspelt address would get money that nobody looks for."""
    named = {one.email.casefold() for one in services().views.of(session, tenant_id()).settings.agents}
    for agent in agents:
        if agent not in named and not rulings.works_here(agent):
            raise Problem(422, STRANGER.format(agent=repr(agent[:120])))
