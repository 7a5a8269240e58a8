"""What is new in a message: quoted history and signatures cut, HTML read as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.message_text import MOST_CHARACTERS, newest_text, text_of_html

NEW = "Where is my parcel?"
HISTORIES = [
    "On Mon, 2 Nov 2026 at 10:12, Shop Support <help@shop.example> wrote:\n> Your refund was sent.\n> Bye",
    "On Mon, 2 Nov 2026 at 10:12, Shop Support\n<help@shop.example> wrote:\nYour refund was sent.",
    "-----Original Message-----\nFrom: Shop\nYour refund was sent.",
    "From: Shop <help@shop.example>\nSent: Monday\nTo: Ann\nSubject: refund\n\nYour refund was sent.",
    "________________________________\nFrom: Shop\nYour refund was sent.",
    "Am 02.11.2026 um 10:12 schrieb Shop <help@shop.example>:\n> Erstattung",
    "Le lun. 2 nov. 2026 à 10:12, Shop <help@shop.example> a écrit :\n> remboursement",
    "El lun, 2 nov 2026 a las 10:12, Shop escribió:\n> reembolso",
    "Am Mo., 2. Nov. 2026 um 10:12 Uhr schrieb Shop <\nhelp@shop.example>:\n> Erstattung",
    "-----Ursprüngliche Nachricht-----\nVon: Shop\nIhre Erstattung",
    "-------- Originalnachricht --------\nVon: Shop\nIhre Erstattung",
    "Von: Shop <help@shop.example>\nGesendet: Montag, 2. November 2026 10:12\nAn: Ann\nBetreff: Erstattung\n\nText",
    "*Von:* Shop <help@shop.example>\n*Gesendet:* Montag\n*An:* Ann\n\nText",
    "Le 2 nov. 2026 à 10:12, Shop <help@shop.example> a écrit\u00a0:\n> remboursement",
    "Le lundi 2 novembre 2026 à 10:12:00 UTC+1, Shop\n<help@shop.example> a écrit :\nremboursement",
    "-------- Message d’origine --------\nDe : Shop\nremboursement",
    "-------- Message transféré --------\nSujet : remboursement",
    "De : Shop <help@shop.example>\nEnvoyé : lundi 2 novembre 2026 10:12\nÀ : Ann\nObjet : remboursement\n\nTexte",
    "De\u00a0: Shop <help@shop.example>\nDate\u00a0: lundi 2 novembre\nTexte",
    "El 2 nov 2026, a las 10:12, Shop <help@shop.example> escribió:\n> reembolso",
    "En lunes, 2 de noviembre de 2026, 10:12, Shop <help@shop.example> escribió:\nreembolso",
    "-------- Mensaje original --------\nDe: Shop\nreembolso",
    "De: Shop <help@shop.example>\nEnviado el: lunes, 2 de noviembre\nPara: Ann\nAsunto: reembolso\n\nTexto",
    "Von meinem iPhone gesendet",
    "Gesendet von meinem Samsung Galaxy",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé à partir de Outlook pour Android",
    "Obtenir Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado desde Correo para Windows",
    "Obtener Outlook para iOS",
    "في الاثنين، ٢ نوفمبر ٢٠٢٦ كتب المتجر:\n> استرداد",
    "در تاریخ دوشنبه ۱۱ آبان ۱۴۰۵ فروشگاه نوشت:\n> بازپرداخت",
    "##- Please type your reply above this line -##\nYour refund was sent.",
    "-- \nAnn Example\nSent with love",
    "Sent from my iPhone",
    "أرسلت من هاتفي",
    "> Your refund was sent.\n> Bye",
]


@pytest.mark.parametrize("history", HISTORIES)
def test_what_follows_a_reply_is_cut(history: str) -> None:
    assert newest_text(f"{NEW}\n\n{history}") == NEW


def test_an_answer_below_the_quoted_text_is_what_counts() -> None:
    quoted = "On Mon, 2 Nov 2026 at 10:12, Shop <help@shop.example> wrote:\n> Your refund was sent.\n\n"
    assert newest_text(quoted + NEW) == NEW


def test_a_message_that_is_nothing_but_a_forward_is_kept_whole() -> None:
    forward = "-----Original Message-----\nFrom: Shop\nYour refund was sent."
    assert newest_text(forward) == forward


@pytest.mark.parametrize(
    "text",
    [
        "From what I see, nothing came.\nMy friend wrote: it is lost.",
        "Am Montag schrieb ich schon:\nGeld zurück.\nGesendet mit DHL am 3. März.\nVon meinem Nachbarn angenommen.",
        "Le colis est perdu.\nEnvoyé par Chronopost lundi.\nDe la part de Marie.",
        "El paquete llegó roto.\nEnviado desde Madrid el lunes.\nDe momento nada más.",
    ],
)
def test_words_that_only_look_like_a_mark_stay(text: str) -> None:
    assert newest_text(text) == text


@given(st.text())
def test_something_is_left_of_every_message_that_says_something(text: str) -> None:
    assert bool(newest_text(text)) == bool(text[:MOST_CHARACTERS].strip())


@given(
    st.lists(
        st.sampled_from(["", NEW, "> old", "--", "On 1 May 2026 Shop wrote:", "\n", *HISTORIES]), max_size=6
    )
)
def test_cutting_again_changes_nothing(lines: list[str]) -> None:
    once = newest_text("\n".join(lines))
    assert newest_text(once) == once


def test_html_is_read_as_its_words() -> None:
    html = "<p>Where is&nbsp;my <b>parcel</b>?</p><style>p{}</style><ul><li>one</li><li>two</li></ul><br>Bye"
    assert text_of_html(html) == "Where is my parcel?\n\none\n\ntwo\n\nBye"


def test_what_a_mail_program_marks_as_quoted_is_left_out() -> None:
    html = f'<div>{NEW}</div><div class="gmail_quote">old <div>older<br></div></div><blockquote>oldest</blockquote>'
    assert text_of_html(html) == NEW


@given(st.text(alphabet=st.sampled_from('<>/"=& divbrpqu;#x0ote!-'), max_size=200))
def test_broken_html_is_no_trouble(html: str) -> None:
    assert isinstance(text_of_html(html), str)
