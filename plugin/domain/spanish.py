"""How Spanish words are read: shorthand opened, pronouns taken off verbs, forms, words that carry no reason."""

from collections.abc import Iterable, Iterator
from typing import Final

from plugin.domain.folding import fold, fold_word

_SHORTHAND: Final = {
    "q": "que", "k": "que", "xq": "porque", "pq": "porque", "porq": "porque", "xfa": "por favor",
    "porfa": "por favor", "porfavor": "por favor", "pf": "por favor", "xfavor": "por favor", "tb": "tambien",
    "tmb": "tambien", "dnd": "donde", "nro": "numero", "num": "numero", "tel": "telefono", "tfno": "telefono",
    "tlf": "telefono", "ud": "usted", "uds": "ustedes", "bno": "bueno", "grax": "gracias", "grcs": "gracias",
    "cdo": "cuando", "wasap": "whatsapp", "guasap": "whatsapp", "msj": "mensaje", "info": "informacion",
}  # fmt: skip

DROPPED: Final = """
el la los las un una unos unas de del al a mi mis su sus tu tus nuestro nuestra nuestros vuestro vuestra
este estos estas ese esa esos esas eso esto lo le les se me te nos os por favor muy realmente simplemente
pues solo bueno
"""
LIGHT: Final = """
yo usted ustedes vosotros ella ellos ellas nosotros que quien y e o u pero si ya todavia aun tambien con en
para desde hasta entre sobre hoy ayer manana noche anoche es son esta estan estoy estaba estaban estuve fue
era ser sido seria sea estar he ha han has hay hemos habia haber hace hacer hago hacen tengo tiene tienen
tenia tenemos tener puedo puede pueden podria podrian podeis podemos poder quiero quiere quieren quisiera
queria queremos querria gustaria encantaria necesito desearia deseo debo debe deberia va voy van vamos
estimados estimado senores hola buenas buenos dias tardes noches gracias saludos saludo cordial algo todo
toda todos todas asi ahora mismo despues antes luego entonces porque como segun ante tras cada otra otro vez
acabo parece dice dicen
"""
FREQUENT: Final = """
no sin nunca nada ningun ninguna nadie mas cuando donde cuanto cual por que como pedido cuenta tarjeta pago
dinero precio direccion producto articulo envio paquete
"""

# Nouns that are no form of the verb they look like: "mi pedido" is not "pedir".
_FIXED: Final = frozenset(
    """
    pedido pedidos compra compras pago pagos cobro cobros envio envios cargo cargos cuenta cuentas parte partes
    devuelto marca marcas tarde ropa vale abono abonos cuota cuotas carta cara talla tallas
    """.split()  # noqa: SIM905  a list of words reads better as text
)
_PRONOUNS: Final = (
    "melo", "mela", "melos", "melas", "selo", "sela", "noslo", "lo", "la", "los", "las", "le", "les", "me", "te",
    "se", "nos", "os",
)  # fmt: skip
_NOUNS: Final = (
    ("s", ""), ("es", ""), ("a", "o"), ("as", "o"), ("os", "o"), ("ces", "z"), ("isimo", "o"), ("isima", "a"),
)  # fmt: skip
_FIRST: Final = (
    "o", "as", "a", "an", "amos", "e", "es", "en", "ado", "ada", "ados", "adas", "ando", "aron", "aba", "aban",
    "aria", "arian", "are", "ara", "aran", "ad", "aste", "aseis",
)  # fmt: skip
_OTHER: Final = (
    "o", "es", "e", "en", "emos", "imos", "i", "io", "ieron", "ido", "ida", "idos", "idas", "iendo", "ia", "ian",
    "a", "an", "iera", "ed", "id", "ere", "era", "eran", "ira", "iran", "eria", "iria", "iste",
)  # fmt: skip
_SHORTEST: Final = 3


def words(piece: str) -> tuple[str, ...]:
    """The folded words of one piece, with shorthand written out."""
    opened = _SHORTHAND.get(fold(piece))
    return tuple(opened.split()) if opened is not None else fold_word(piece)


def forms(word: str) -> Iterator[str]:
    """What a word may be a form of: paquetes→paquete, rota→roto, devolverlo→devolver, cancelen→cancelar; unfiltered."""
    yield from _plain(word)
    for pronoun in _PRONOUNS:
        verb = word.removesuffix(pronoun)
        if verb != word and len(verb) > _SHORTEST:
            yield verb
            yield from _plain(verb)


def _plain(word: str) -> Iterator[str]:
    """Forms of a word without pronouns at its end."""
    yield from _ended(word, _NOUNS)
    if word not in _FIXED:
        yield from _ended(word, ((ending, "ar") for ending in _FIRST))
        yield from _ended(word, ((ending, verb) for ending in _OTHER for verb in ("er", "ir")))


def _ended(word: str, endings: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The word with each ending that it has exchanged for another: paguen→pagar, busque→buscar."""
    for ending, base in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            stem = word[: -len(ending)]
            yield stem + base
            if base == "ar" and stem.endswith("u"):
                yield stem[:-1].removesuffix("q") + ("c" if stem[-2] == "q" else "") + base
