"""What is asked of discount codes, and what makes, adds and ends them.

https://shopify.dev/docs/api/admin-graphql/latest/objects/DiscountCodeBasic
"""

from typing import Final

from plugin.stores.shopify.queries import Document

CODE: Final = Document(
    "the discount with a code",
    "query code($code: String!) { codeDiscountNodeByCode(code: $code) { id codeDiscount "
    "{ ... on DiscountCodeBasic { title status usageLimit codes(first: 2) { nodes { code } } "
    "customerGets { value { ... on DiscountPercentage { percentage } } } } } } }",
)
MAKE_CODE: Final = Document(
    "a discount code",
    "mutation makeCode($discount: DiscountCodeBasicInput!) "
    "{ discountCodeBasicCreate(basicCodeDiscount: $discount) "
    "{ codeDiscountNode { id } userErrors { field code message } } }",
)
ADD_CODE: Final = Document(
    "one more code of a discount",
    "mutation addCode($id: ID!, $codes: [DiscountRedeemCodeInput!]!) "
    "{ discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) "
    "{ bulkCreation { done failedCount } userErrors { field code message } } }",
)
END_CODE: Final = Document(
    "the end of a discount",
    "mutation endCode($id: ID!) { discountCodeDeactivate(id: $id) "
    "{ codeDiscountNode { id } userErrors { field code message } } }",
)
