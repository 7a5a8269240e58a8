"""Who is looking is taken from a signed token: from every part of it, or from nothing."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.zendesk import Zendesk
from plugin.helpdesks.zendesk.sidebar_token import ZendeskSidebar
from plugin.ports import Forged, NotFound, PermanentError
from tests.helpdesks.recorded import RecordedApi
from tests.helpdesks.zendesk.account import zendesk_connection
from tests.helpdesks.zendesk.signed import (
    AT,
    HEAD,
    INSTALLATION,
    NOW,
    USER,
    claims,
    coded,
    key,
    part,
    public,
    token,
)

SIDEBAR = ZendeskSidebar("77")
PEM = public(key())
HOST = "https://acme.zendesk.com"
LOCAL = replace(zendesk_connection(), api_url="http://127.0.0.1:9001")


def agent(made: str, pem: str = PEM, **options: Any) -> str:
    return SIDEBAR.agent_of(zendesk_connection(options=options), made, pem, NOW)


def said(**changes: Any) -> str:
    """A token with other claims, signed by the app all the same."""
    return token(claims(**changes))


def refused(made: str, **options: Any) -> str:
    """Why a token is refused."""
    with pytest.raises(Forged) as raised:
        agent(made, **options)
    return str(raised.value)


class TestAgent:
    """The token's subject, once all the rest of it is right."""

    def test_the_signed_user_is_who_looks(self) -> None:
        assert agent(token()) == USER

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": HOST},
            {"iss": "Acme.Zendesk.com"},
            {"iat": None},
            {"nbf": AT},
            {"qsh": "anything"},
            {"aud": f"{HOST}/api/v2/apps/installations/{INSTALLATION}"},
            {"sub": f"{HOST}/api/v2/users/{USER}"},
        ],
        ids=lambda changes: " ".join(map(str, changes.items())),
    )
    def test_what_zendesk_may_write_otherwise_is_taken(self, changes: dict[str, Any]) -> None:
        assert agent(said(**changes)) == USER

    @given(st.data())
    def test_any_other_sign_anywhere_in_a_token_is_refused(self, data: st.DataObject) -> None:
        made = token()
        place = data.draw(st.integers(0, len(made) - 1))
        other = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != made[place]))
        changed = made[:place] + other + made[place + 1 :]
        if _same_bytes(made, changed):
            return
        assert refused(changed)

    @given(st.text(st.characters(codec=None), max_size=400))
    def test_arbitrary_text_is_forged_and_nothing_worse(self, text: str) -> None:
        assert refused(text)

    @given(
        claim=st.sampled_from(["iss", "aud", "sub", "exp", "iat", "nbf"]),
        value=st.booleans()
        | st.sampled_from([float("nan"), float("inf"), 10.0**300, 10**400])
        | st.text()
        | st.lists(st.text() | st.integers(), max_size=2)
        | st.dictionaries(st.text(), st.integers(), max_size=2),
    )
    def test_a_signed_claim_of_another_kind_is_forged(self, claim: str, value: Any) -> None:
        assert refused(said(**{claim: value}))

    def test_a_token_signed_by_somebody_else_is_refused(self) -> None:
        strange = key("a stranger")
        made = token(sign=lambda text: strange.sign(text, PKCS1v15(), SHA256()))
        assert "not signed with the key" in refused(made)

    def test_a_token_that_claims_no_signature_is_refused(self) -> None:
        assert refused(token(sign=lambda text: b"", head={"alg": "none", "typ": "JWT"}))

    @pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
    def test_the_public_key_is_no_shared_secret(self, alg: str) -> None:
        how = getattr(hashlib, f"sha{alg[2:]}")
        made = token(sign=lambda text: hmac.new(PEM.encode(), text, how).digest(), head={"alg": alg})
        assert refused(made)

    @pytest.mark.parametrize("alg", ["PS256", "RS512", "rs256", "", None, 7])
    def test_only_rs256_counts_whatever_the_header_says(self, alg: Any) -> None:
        assert refused(token(head={"alg": alg}))

    def test_a_key_that_the_token_brings_along_counts_for_nothing(self) -> None:
        strange = key("a stranger")
        head = {**HEAD, "jku": "https://evil.example/keys", "x5c": [public(strange)], "kid": "../key"}
        made = token(sign=lambda text: strange.sign(text, PKCS1v15(), SHA256()), head=head)
        assert refused(made)

    @pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp"])
    def test_a_claim_that_is_missing_is_missed(self, claim: str) -> None:
        assert refused(said(**{claim: None}))


class TestAccount:
    """One key may serve all accounts that have the app: a token counts in its own account alone."""

    def test_another_accounts_token_is_refused(self) -> None:
        assert "another account" in refused(token(claims("beta")))

    @pytest.mark.parametrize("claim", ["iss", "aud", "sub"])
    def test_one_claim_of_another_account_is_enough_to_refuse(self, claim: str) -> None:
        assert f"({claim})" in refused(said(**{claim: claims("beta")[claim]}))

    @pytest.mark.parametrize(
        ("claim", "value"),
        [
            ("iss", "acme.zendesk.com.evil.example"),
            ("iss", "acmexzendesk.com"),
            ("iss", "acme.zendesk.com\n"),
            ("aud", "http://acme.zendesk.com/api/v2/apps/installations/5100.json"),
            ("aud", f"{HOST}/api/v2/apps/5100.json"),
            ("aud", f"{HOST}.evil.example/api/v2/apps/installations/5100.json"),
            ("aud", [f"{HOST}/api/v2/apps/installations/5100.json"]),
            ("sub", f"{HOST}/api/v2/users/me.json"),
            ("sub", f"{HOST}/api/v2/users/0.json"),
            ("sub", f"{HOST}/api/v2/users/7.json?x=8"),
            ("sub", f"{HOST}/api/v2/users/٧.json"),
            ("sub", USER),
        ],
    )
    def test_what_merely_looks_like_the_account_is_refused(self, claim: str, value: Any) -> None:
        assert f"({claim})" in refused(said(**{claim: value}))

    def test_a_pinned_installation_is_the_only_one(self) -> None:
        assert agent(token(), installation_id=INSTALLATION) == USER
        assert "installation" in refused(token(), installation_id="5101")

    def test_an_account_on_this_machine_signs_in_its_own_name(self) -> None:
        assert SIDEBAR.agent_of(LOCAL, token(), PEM, NOW) == USER


class TestTime:
    """By the clock that is given, half a minute either way."""

    @pytest.mark.parametrize(
        ("changes", "taken"),
        [
            ({"exp": AT - 29}, True),
            ({"exp": AT - 30}, False),
            ({"iat": AT + 30}, True),
            ({"iat": AT + 31}, False),
            ({"nbf": AT + 30}, True),
            ({"nbf": AT + 31}, False),
        ],
        ids=str,
    )
    def test_a_token_counts_for_its_time(self, changes: dict[str, int], taken: bool) -> None:
        if taken:
            assert agent(said(**changes)) == USER
        else:
            assert refused(said(**changes))

    def test_the_clock_on_the_wall_is_not_asked(self) -> None:
        later = timedelta(days=3650)
        made = said(iat=AT + int(later.total_seconds()), exp=AT + int(later.total_seconds()) + 300)
        assert SIDEBAR.agent_of(zendesk_connection(), made, PEM, NOW + later) == USER

    def test_an_expired_token_says_what_to_do(self) -> None:
        assert "open the ticket again" in refused(said(exp=AT - 400))


class TestClaimedAccount:
    """Which account to look for, before anything is proven."""

    @pytest.mark.parametrize(
        "issuer", ["acme.zendesk.com", "https://acme.zendesk.com", "https://ACME.zendesk.com/"]
    )
    def test_the_issuer_names_it(self, issuer: str) -> None:
        assert SIDEBAR.claimed_account(said(iss=issuer)) == "acme"

    @pytest.mark.parametrize(
        "issuer",
        [
            None,
            "",
            7,
            ["acme.zendesk.com"],
            "acme",
            "zendesk.com",
            "acme.zendesk.com.evil.example",
            "a.b.zendesk.com",
        ],
    )
    def test_another_issuer_is_none(self, issuer: Any) -> None:
        with pytest.raises(Forged, match="open the app beside a ticket"):
            SIDEBAR.claimed_account(said(iss=issuer))

    @pytest.mark.parametrize("made", ["", "a.b.c", "…", f"{part(HEAD)}.{part([])}.x", "x" * 20_000])
    def test_what_is_no_token_names_none(self, made: str) -> None:
        with pytest.raises(Forged):
            SIDEBAR.claimed_account(made)

    @given(st.text(st.characters(codec=None)) | st.binary().map(lambda said: f"{part(HEAD)}.{coded(said)}.x"))
    def test_arbitrary_text_is_forged_and_nothing_worse(self, text: str) -> None:
        with pytest.raises(Forged):
            SIDEBAR.claimed_account(text)


class TestKey:
    """Read from the account that we are connected to."""

    PATH = "/api/v2/apps/77/public_key.pem"

    def read(self, text: Any, installations: str | None = "77", **options: Any) -> str:
        answers = [{"path": self.PATH, "answer": text if isinstance(text, Exception) else {"text": text}}]
        return ZendeskSidebar(installations).read_key(
            RecordedApi(zendesk_connection(options=options), answers)
        )

    @pytest.mark.parametrize("text", [PEM, f"\n{PEM}\n", json.dumps(PEM)], ids=["PEM", "spaced", "JSON"])
    def test_a_key_is_read_as_pem_or_as_a_string(self, text: str) -> None:
        assert agent(token(), self.read(text)) == USER

    def test_the_accounts_own_app_comes_first(self) -> None:
        assert self.read(PEM, "5", app_id="77") == PEM.strip()

    @pytest.mark.parametrize("app_id", [None, "", "7/../8", "seven", "0"])
    def test_without_an_app_the_text_says_how_to_name_it(self, app_id: str | None) -> None:
        with pytest.raises(Forged, match=r"connect zendesk --account acme --app-id N.*ZENDESK_APP_ID"):
            self.read(PEM, app_id)

    @pytest.mark.parametrize(
        "text",
        ["", "<html>", '"half', '{"key": 1}', public(key("short", 1024)), "curve"],
        ids=["nothing", "a page", "half a string", "an object", "a short key", "a key of another kind"],
    )
    def test_what_is_no_usable_key_is_told(self, text: str) -> None:
        curve = generate_private_key(SECP256R1()).public_key()
        other = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        with pytest.raises(PermanentError, match="no public key for app 77"):
            self.read(other if text == "curve" else text)

    def test_an_app_that_zendesk_does_not_know_is_an_error_of_the_call(self) -> None:
        with pytest.raises(NotFound):
            self.read(NotFound("answered 404"))

    @pytest.mark.parametrize("pem", ["", "x", public(key("a stranger"))])
    def test_a_key_that_does_not_fit_proves_nobody(self, pem: str) -> None:
        with pytest.raises(Forged):
            agent(token(), pem)


class TestFrame:
    """What the page in the frame needs to know of its host."""

    def test_the_script_is_zendesks_own(self) -> None:
        assert SIDEBAR.script(zendesk_connection()) == (
            "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
        )

    def test_an_account_on_this_machine_brings_its_script(self) -> None:
        assert SIDEBAR.script(LOCAL) == "http://127.0.0.1:9001/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"

    def test_only_the_accounts_own_pages_may_frame_ours(self) -> None:
        assert Zendesk().framed_by(zendesk_connection()) == HOST

    def test_the_installations_app_is_the_sidebars(self) -> None:
        assert Zendesk(app_id="77").sidebar == SIDEBAR


def _same_bytes(one: str, other: str) -> bool:
    """Whether two tokens are the same bytes: the last sign of a part may hold bits that nobody reads."""

    def decoded(made: str) -> Any:
        return [base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in made.split(".")]

    try:
        return bool(decoded(one) == decoded(other))
    except ValueError:
        return False
