"""Anger: told by words and loudness in six languages, and not by what only looks like it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.anger import lists, public, shares
from plugin.domain.anger import READ, evidence, is_angry, last_turn, signs
from plugin.domain.facts import Message
from tests.conftest import NOW, SHARED

ANGRY = {
    "en": (
        "This is unacceptable, I ordered three weeks ago",
        "You lied to me twice and I want a person now",
        "I am sick and tired of your chat robot",
        "where the fuck is my parcel",
        "Worst online shop I have seen. Never ordering from you again.",
        "Still no reply from anybody. I'm really disappointed.",
        "I have never been so angry with a shop",
        "WHERE IS MY ORDER???",
        "You don’t care at all. Thanks for nothing.",
        "Second email and still no answer!!!",
        "My solicitor will write to you",
    ),
    "ar": (
        "هذا الأمر غير مقبول أبداً",
        "أسوأ خدمة رأيتها في حياتي",
        "والله زهقت منكم، وين طلبي",
        "أنتم نصّابين، رجّعوا فلوسي",
        "أنا غاضبة جداً من تأخيركم",
        "حسبي الله ونعم الوكيل فيكم",
    ),
    "fa": (
        "واقعاً شرم‌آوره، سه هفته است منتظرم",
        "من خیلی عصبانی هستم، چرا کسی جواب نمی‌دهد",
        "دیگه هیچوقت ازتون خرید نمی‌کنم",
        "کلاهبردارید، پولم را پس بدهید",
        "اعصابم را خورد کردید",
    ),
    "fr": (
        "C’est inadmissible, je n’ai toujours rien reçu",
        "J’en ai marre de vos excuses",
        "Vous vous moquez de moi ?",
        "Je suis furieuse, plus jamais chez vous",
        "Très déçue par votre service",
    ),
    "es": (
        "Es una vergüenza, llevo un mes esperando",
        "Estoy harta de sus respuestas automáticas",
        "Pésima atención, nunca más compro aquí",
        "Son unos estafadores, los voy a denunciar",
    ),
    "de": (
        "Das ist eine Unverschämtheit!",
        "Ich bin stinksauer, das Paket ist wieder nicht da",
        "Nie wieder bei euch, so ein Saftladen",
        "Mir steht die Sache bis oben, ich habe die Schnauze voll",
        "Ich bin wirklich enttäuscht",
    ),
}
CALM = {
    "en": (
        "I'm crazy about your socks",
        "I'm a bit sick of waiting, any news?",
        "We are sick of waiting for summer, do you have shorts?",
        "I'm not angry, I only wonder where it is",
        "I hate to bother you, but which size should I take?",
        "I would hate to miss the sale",
        "In the worst case I send it back",
        "Do you sell the Angry Birds plush?",
        "Terribly sorry, I gave you the wrong address",
        "It is ridiculously comfortable!",
        "Is this a scam or are you the real shop?",
        "THANK YOU SO MUCH!!! I LOVE IT",
        "I fucking love these trousers",
        "Does the USB HDMI LCD adapter work with a Mac?",
        "I hope I won't be disappointed, is it true to size?",
        "I am disappointed with the colour, can I swap it?",
        "It was never a waste of money",
        "I thought I had enough money on the gift card",
        "Where is my order?",
        "Hello!!!",
        "PLEASE CANCEL MY ORDER",
    ),
    "ar": (
        "لست غاضباً، أريد فقط أن أعرف أين طلبي",
        "مش زعلانة بس وين الطلب",
        "شكراً جزيلاً!!! منتج رائع",
        "هل هذا الموقع نصاب؟",
    ),
    "fa": (
        "عصبانی نیستم، فقط می‌خواهم بدانم کجاست",
        "خسته نباشید، سفارش من کی می‌رسد؟",
        "ضد دزد هم دارید؟",
    ),
    "fr": (
        "J’ai hâte de recevoir ma commande",
        "Je ne suis pas en colère",
        "Toutes mes excuses, j’ai mal écrit l’adresse",
        "Ce sac ne tombe plus jamais en panne",
    ),
    "es": (
        "No estoy enojada, solo pregunto",
        "¡¡¡Muchas gracias!!! ME ENCANTA MUCHO TODO",
        "¿Es una estafa?",
    ),
    "de": (
        "Ich bin nicht sauer, ich frage nur",
        "Sind die sauren Gurken wieder da?",
        "Nie wieder kalte Füße, danke!",
        "Ist das Betrug?",
    ),
}


@pytest.mark.parametrize(
    ("language", "text"), [(one, text) for one, texts in ANGRY.items() for text in texts]
)
def test_angry_words_are_told(language: str, text: str) -> None:
    assert is_angry(text, language), signs(text, language)


@pytest.mark.parametrize(("language", "text"), [(one, text) for one, texts in CALM.items() for text in texts])
def test_what_only_looks_like_anger_is_none(language: str, text: str) -> None:
    assert not is_angry(text, language), evidence(text, language)


@pytest.mark.parametrize("text", [texts[0] for texts in ANGRY.values()])
def test_the_helpdesks_word_for_the_language_is_not_needed(text: str) -> None:
    assert is_angry(text)


def test_the_words_that_show_it_are_told_as_typed() -> None:
    assert evidence("Hello. This is UNACCEPTABLE, I am very upset.") == ("UNACCEPTABLE", "upset")


def test_where_it_is_too_little_nothing_is_told() -> None:
    assert evidence("I am upset.") == ()


def test_displeasure_that_is_said_loudly_is_anger() -> None:
    assert not is_angry("Your driver was rude.")
    assert is_angry("Your driver was rude!!!")


def test_the_same_complaint_twice_is_one() -> None:
    assert not is_angry("I am upset. As I said, upset.")


def test_a_denial_reaches_no_further_than_its_clause() -> None:
    assert is_angry("No parcel, unacceptable")
    assert not is_angry("No unacceptable wait so far")


def test_anger_below_a_very_long_text_is_not_looked_for() -> None:
    assert not is_angry("a quiet word " * (READ // 10) + "unacceptable")


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert bool(evidence(text)) == is_angry(text)


@given(
    st.sampled_from([text for texts in ANGRY.values() for text in texts]),
    st.sampled_from(["Hi.", "سلام.", "Hola."]),
)
def test_a_greeting_before_it_calms_nobody(text: str, greeting: str) -> None:
    assert is_angry(f"{greeting}\n{text}")


@pytest.mark.parametrize("language", list(lists()))
def test_hardly_any_hand_written_message_but_complaints_is_called_angry(language: str) -> None:
    found = shares(lists()[language])
    assert found.angry_others <= found.others * 0.01


@pytest.mark.skipif(not SHARED.exists(), reason=f"the public messages are not at {SHARED}")
@pytest.mark.parametrize(("source", "at_most"), [("banking77", 0.005), ("hint3_curekart", 0.005)])
def test_hardly_any_public_message_is_called_angry(source: str, at_most: float) -> None:
    found = shares(public(SHARED / "data" / "reason_codes")[source])
    assert 0 < found.angry_others <= found.others * at_most


def message(
    number: int, text: str, *, by_customer: bool = True, public: bool = True, automated: bool = False
) -> Message:
    at = NOW + timedelta(minutes=number)
    return Message(str(number), "7" if by_customer else "2", by_customer, public, text, at, automated)


class TestLastTurn:
    """What the customer wrote last: all of it that no person has answered."""

    def test_all_that_was_not_answered_counts(self) -> None:
        turn = (message(1, "angry"), message(2, "hello?"))
        assert last_turn(turn) == turn

    def test_what_a_person_has_answered_is_over(self) -> None:
        talk = (message(1, "angry"), message(2, "sorry", by_customer=False), message(3, "thank you"))
        assert last_turn(talk) == talk[2:]

    def test_an_answer_to_the_last_words_leaves_them_the_last(self) -> None:
        talk = (message(1, "angry"), message(2, "sorry", by_customer=False))
        assert last_turn(talk) == talk[:1]

    @pytest.mark.parametrize("kind", [{"automated": True}, {"public": False}])
    def test_a_bots_answer_or_a_note_is_no_answer(self, kind: dict[str, bool]) -> None:
        talk = (message(1, "angry"), message(2, "we got it", by_customer=False, **kind), message(3, "hello?"))
        assert last_turn(talk) == (talk[0], talk[2])

    def test_nobody_has_written_yet(self) -> None:
        assert last_turn(()) == ()
