"""What WeasyPrint alone does with a document, in a warm process of its own."""


def plain(html: str) -> bytes:
    """The document, printed as anyone would print it first."""
    from weasyprint import HTML  # noqa: PLC0415 - in the child; its parent needs no WeasyPrint

    pdf: bytes = HTML(string=html).write_pdf()
    return pdf
