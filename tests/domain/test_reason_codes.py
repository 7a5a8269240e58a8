"""The tree of reason codes, and a tenant's own laid over it: additions, names, hidden codes, every mistake named."""

import pytest

from plugin.domain.reason_codes import (
    ReasonCode,
    ReasonCodeErrors,
    ReasonTree,
    option_value,
    overlay,
    plain_name,
)


def code(name: str, path: str, **more: object) -> ReasonCode:
    category, detail = path.split(" – ")
    return ReasonCode(name, category, detail, {"en": (category, detail)}, **more)  # type: ignore[arg-type]


TREE = ReasonTree(
    {
        one.code: one
        for one in (
            code("shipping.wismo", "Shipping – Where is my order", is_wismo=True),
            code("shipping.lost", "Shipping – Lost parcel", is_claimable=True),
            code("product.defect", "Product – Defect", related=("shipping.lost",)),
        )
    }
)

ZIPPER = {
    "code": "product.defect",
    "name": "Product – Fault",
    "children": [
        {"code": "product.defect.zipper", "name": "Zipper", "phrases": ["zip(per)? (is )?(stuck|broken)"]}
    ],
}


def errors(items: object) -> list[str]:
    with pytest.raises(ReasonCodeErrors) as raised:
        overlay(TREE, items)
    return [str(error) for error in raised.value.errors]


def test_nothing_laid_over_a_tree_leaves_it_as_it_is() -> None:
    tree, phrases = overlay(TREE, None)
    assert (list(tree), phrases) == (list(TREE), ())


def test_a_child_hangs_under_its_code_with_its_flags_and_path() -> None:
    tree, phrases = overlay(TREE, [ZIPPER])
    child = tree.codes["product.defect.zipper"]
    assert tree.path(child.code) == "Product – Fault – Zipper"
    assert (child.parent, tree.ancestors(child.code)) == ("product.defect", ("product.defect",))
    assert child.related == ("shipping.lost",)
    assert [one.code for one in tree.children("product.defect")] == ["product.defect.zipper"]
    assert [(one.code, one.own) for one in phrases] == [("product.defect.zipper", True)]


def test_the_tree_laid_over_is_not_changed() -> None:
    overlay(TREE, [ZIPPER, {"code": "shipping.lost", "hidden": True}])
    assert TREE.path("product.defect") == "Product – Defect"
    assert not TREE.is_hidden("shipping.lost")


def test_a_code_may_be_named_in_each_language_and_the_others_speak_english() -> None:
    tree, _ = overlay(
        TREE, [{"code": "shipping.lost", "name": {"en": "Shipping – Gone", "ar": "الشحن – ضائع"}}]
    )
    assert tree.path("shipping.lost", "ar") == "الشحن – ضائع"
    assert tree.path("shipping.lost", "fa") == "Shipping – Gone"


def test_a_name_of_one_part_keeps_its_category() -> None:
    tree, _ = overlay(TREE, [{"code": "shipping.lost", "name": "Vanished"}])
    assert tree.path("shipping.lost") == "Shipping – Vanished"


def test_a_new_code_takes_the_category_of_its_kin() -> None:
    tree, _ = overlay(TREE, [{"code": "shipping.crate_rental"}, {"code": "rental.crate"}])
    assert tree.path("shipping.crate_rental") == "Shipping – Crate rental"
    assert tree.path("rental.crate") == "Rental – Crate"


def test_a_code_under_a_hidden_one_is_hidden_too() -> None:
    tree, _ = overlay(TREE, [{**ZIPPER, "hidden": True}])
    assert [one.code for one in tree.visible()] == ["shipping.wismo", "shipping.lost"]


def test_flags_are_set_anew() -> None:
    tree, _ = overlay(TREE, [{"code": "shipping.wismo", "is_wismo": False, "is_presale": True}])
    assert (tree.codes["shipping.wismo"].is_wismo, tree.codes["shipping.wismo"].is_presale) == (False, True)


def test_siblings_share_a_parent_or_a_category() -> None:
    tree, _ = overlay(
        TREE, [{**ZIPPER, "children": [{"code": "product.defect.a"}, {"code": "product.defect.b"}]}]
    )
    assert [one.code for one in tree.siblings("product.defect.a")] == ["product.defect.b"]
    assert [one.code for one in tree.siblings("shipping.wismo")] == ["shipping.lost"]
    assert list(tree.siblings("product.defect")) == []


@pytest.mark.parametrize(
    ("items", "path", "says"),
    [
        ({"code": "a.b"}, "reason_codes", "must be a list"),
        (["a.b"], "reason_codes[0]", "must be a mapping"),
        ([{"name": "x"}], "reason_codes[0].code", "must be lower-case words"),
        ([{"code": "Shipping.Lost"}], "reason_codes[0].code", "must be lower-case words"),
        ([{"code": "rental"}], "reason_codes[0].code", "needs a category and a detail"),
        ([{"code": "a.b.c.d.e.f"}], "reason_codes[0].code", "5 levels"),
        ([{"code": "a.b", "colour": "red"}], "reason_codes[0].colour", "is not a known key"),
        ([{"code": "a.b", "hidden": "yes"}], "reason_codes[0].hidden", "must be true or false"),
        ([{"code": "a.b", "name": ""}], "reason_codes[0].name", "must be a text"),
        ([{"code": "a.b", "phrases": "zip"}], "reason_codes[0].phrases", "must be a list of phrases"),
        ([{"code": "a.b", "phrases": ["ok zip", "(zip"]}], "reason_codes[0].phrases[1]", "never closed"),
        ([{"code": "a.b", "phrases": [7]}], "reason_codes[0].phrases[0]", "must be a text"),
        ([{"code": "a.b"}, {"code": "a.b"}], "reason_codes[1].code", "for the second time"),
        (
            [{"code": "product.defect", "children": [{"code": "shipping.zip"}]}],
            "reason_codes[0].children[0].code",
            "must be product.defect with one more word",
        ),
        ([{"code": "a.b_c"}, {"code": "a_b.c"}], "reason_codes[1].code", "both be the option mgn_a_b_c"),
    ],
)
def test_a_mistake_is_named_with_its_path(items: object, path: str, says: str) -> None:
    (error,) = errors(items)
    assert error.startswith(f"{path}: ")
    assert says in error


def test_every_mistake_is_named_at_once() -> None:
    found = errors([{"code": "NO"}, {"code": "a.b", "phrases": ["+"], "hidden": 1}])
    assert [error.partition(":")[0] for error in found] == [
        "reason_codes[0].code",
        "reason_codes[1].hidden",
        "reason_codes[1].phrases[0]",
    ]


def test_an_option_is_the_code_as_a_tag() -> None:
    assert option_value("product.defect.zipper") == "mgn_product_defect_zipper"
    assert TREE.codes["shipping.lost"].option == "mgn_shipping_lost"


def test_names_that_a_person_takes_for_the_same_are_the_same() -> None:
    assert plain_name("Shipping – Lost parcel!") == plain_name("shipping::LOST-PARCEL")
