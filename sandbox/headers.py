"""What the stand-ins' pages let in: nothing from elsewhere."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src {frames}; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)


def policy(*forms: str, frame: str = "'none'") -> str:
    """The content security policy of a page: `forms` are origins that its forms may lead to beside its own, `frame` is
    the one that may be shown inside it."""
    return POLICY.format(forms=" ".join(["'self'", *forms]), frames=frame)
