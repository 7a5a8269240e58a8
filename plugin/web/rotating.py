"""Releasing and rotating a code, from a page or a program: what keeps somebody from it is a refusal with its reason."""

import secrets

from sqlalchemy.orm import Session

from plugin.coupon_deeds import NotPossible, Rotation, release
from plugin.db.ledger_tables import CouponRow
from plugin.settings_file import SettingsErrors
from plugin.web.problems import Problem
from plugin.web.services import services


def rotated(session: Session, tenant_id: int, number: int, by: str) -> CouponRow | None:
    """The code that is out of use by now; None where there is none of this number."""
    rotation = Rotation(services().import_settings, secrets.choice)
    try:
        return rotation(session, tenant_id, number, by, services().now())
    except (NotPossible, SettingsErrors) as why:
        raise Problem(409, str(why)) from None


def released(session: Session, tenant_id: int, number: int, by: str, reason: str) -> CouponRow | None:
    """The code for which commission is held back no more; None where there is none of this number."""
    try:
        return release(session, tenant_id, number, by, reason, services().now())
    except NotPossible as why:
        raise Problem(422, str(why)) from None
