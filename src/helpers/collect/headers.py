"""Names of columns as the first line of a file gives them."""


def column_names(header: list[str]) -> list[str]:
    """Column names, trimmed; an empty one is named after its place, and so are repeated ones."""
    names = [text.strip() or f"column_{k}" for k, text in enumerate(header, start=1)]
    lowered = [name.lower() for name in names]
    return [
        name if lowered.count(name.lower()) == 1 else f"{name} (column {k})"
        for k, name in enumerate(names, start=1)
    ]


def ambiguous(names: list[str]) -> dict[str, list[str]]:
    """Names that were given more than once, with those that tell them apart."""
    found: dict[str, list[str]] = {}
    for name in names:
        plain, told, _ = name.rpartition(" (column ")
        if told:
            found.setdefault(plain.lower(), []).append(name)
    return {plain: told for plain, told in found.items() if len(told) > 1}
