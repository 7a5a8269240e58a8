"""What the stand-ins' pages let in: nothing from elsewhere."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)


def policy(*forms: str) -> str:
    """The content security policy of a page; `forms` are origins that its forms may lead to beside its own."""
    return POLICY.format(forms=" ".join(["'self'", *forms]))
