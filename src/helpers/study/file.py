"""Reading a study file.

Every mistake in the file is answered with the file, the key path, what was found and what is
allowed.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from helpers.errors import StudyError, listed
from helpers.study import Section, Study
from helpers.study.addresses import redacted
from helpers.study.section import Mistakes
from helpers.study.yamltext import read_yaml, shortened, written

_PLAIN = str | int | float | bool | dt.date | None


def find_study(place: str | Path) -> Path:
    """The study file that ``place`` means: a file, or a folder that holds ``study.yml``."""
    path = Path(place).expanduser()
    path = path / "study.yml" if path.is_dir() else path
    if not path.is_file():
        raise StudyError(
            f"There is no study file at {place}.",
            expected="a folder that holds study.yml, or the path of a study file",
        )
    return path.resolve()


def load_study(place: str | Path) -> Study:
    """Read and check a study file.

    Parameters
    ----------
    place : path of a study file, or of the folder that holds ``study.yml``.

    Raises
    ------
    StudyError
        With file, key path, what was found and what is allowed, for every mistake at once.
    """
    path = find_study(place)
    content = read_yaml(path)
    if not isinstance(content, dict):
        found = {type(None): "nothing", list: "a list"}.get(type(content), f"`{content}`"[:60])
        raise StudyError(
            f"{path.name} has no keys.",
            found=found,
            expected="study: …, title: …, business_model: …, sources: …",
            remedy="make study EXPORTS=folder drafts one from a folder of exports",
        )
    if "path" in content:
        raise StudyError(f"{path.name}: unknown key `path`.")
    try:
        return Study.model_validate({**content, "path": path})
    except ValidationError as error:
        details = [detail for raw in error.errors() for detail in _each(raw)]
        told = (_tell(path.name, content, detail) for detail in _once(details, content))
        raise StudyError.of(told) from None


def _each(detail: Mapping[str, Any]) -> Iterator[dict]:
    """A mistake, or those that one section tells together."""
    error = detail.get("ctx", {}).get("error")
    told = error.told if isinstance(error, Mistakes) else [detail["msg"]]
    yield from ({**detail, "msg": one} for one in told)


def _once(details: list[dict], content: dict) -> Iterator[dict]:
    """Mistakes with the places that the file has, each once.

    Where a value may be of several kinds, pydantic tells for each kind why it is none of it, with
    the kind in the place. What lies deepest is about the kind that was meant; where none does, all
    that is allowed is told together.
    """
    kinds: dict[tuple, list[dict]] = {}
    for detail in details:
        place, union = _in_file(detail, content)
        kinds.setdefault(union or (*place, len(kinds)), []).append({**detail, "loc": place})
    for union, several in kinds.items():
        deeper = [one for one in several if len(one["loc"]) > len(union)]
        if len(several) == 1 or deeper:
            yield from deeper or several
        else:
            first, *others = (_allowed(one) for one in several)
            rest = (other.removeprefix("input should be ") for other in others)
            yield {**several[0], "msg": ", or ".join([first, *rest])}


def _in_file(detail: dict, content: dict) -> tuple[tuple, tuple]:
    """The place of a mistake in the file, and of the value that may be of several kinds, if any."""
    place: list = []
    union: tuple = ()
    here: Any = content
    for number, part in enumerate(detail["loc"]):
        last = number + 1 == len(detail["loc"])
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(part, int):
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif part in _keys_at(tuple(place)) or (last and detail["type"] == "missing"):
            here = None
        else:  # a kind, such as `int` or `tuple[float, ...]`, which is no key
            union = union or tuple(place)
            continue
        place.append(part)
    return tuple(place), union


def _tell(file: str, content: dict, detail: dict) -> str:
    """One mistake as file, key path, found, allowed."""
    place = detail["loc"]
    where = written(place)
    found = detail.get("input")
    shown = redacted(shortened(found)) if isinstance(found, _PLAIN) else None
    if detail["type"] == "extra_forbidden":
        allowed = _keys_at(place[:-1])
        close = difflib.get_close_matches(str(place[-1]), allowed, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else ""
        return f"{file}: unknown key `{where}`{hint}\n  allowed:  {listed(allowed, most=40)}"
    if detail["type"] == "missing":
        return f"{file}: `{where}` is missing."
    message = "a value; a key without one is left out" if found is None else _allowed(detail)
    lines = [f"{file}: `{where}`" if where else f"{file}:"]
    lines += [f"  found:    {shown}"] if shown is not None else []
    return "\n".join([*lines, f"  allowed:  {message}"])


def _allowed(detail: dict) -> str:
    """What would be right, in words for people who write study files."""
    message = detail["msg"].removeprefix("Value error, ")
    message = re.sub(
        r"a valid dictionary( or instance of \w+)?", "a section of keys and values", message
    )
    message = message.replace("a valid tuple", "a list, such as [a, b]")
    message = message.replace("a valid string", "text").replace("a valid integer", "a whole number")
    message = message.replace("a valid number", "a number")
    message = message.replace("a valid boolean", "true or false")
    message = re.sub(r", unable to (parse|interpret) .*", "", message)  # `found` shows it
    return message[0].lower() + message[1:]


def _keys_at(place: tuple) -> list[str]:
    """The keys that a section allows, followed along the models' fields."""
    model: Any = Study
    for part in place:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        field = model.model_fields.get(part)
        if field is None:
            continue
        model = _section_in(field.annotation) or model
    hidden = {"path"} if model is Study else set()
    return [f.alias or name for name, f in model.model_fields.items() if name not in hidden]


def _section_in(annotation: Any) -> type[Section] | None:
    """The section class inside an annotation such as ``dict[str, Source]``."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _section_in(inner)
        if found:
            return found
    return None
