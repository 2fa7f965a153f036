"""Which files and folders a study may name.

A study file may come from anybody. The folder of its raw files is the one that it names, unless
whoever runs it names another. What it names relative to that folder must lie in it.
"""

import os
from pathlib import Path

from helpers.errors import StudyError

# Folders of the system, whose files are nobody's exports.
_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys")
_WHOLE = ("/", "/home", "/root", "/usr", "/var", "/Users", "C:\\", "C:\\Users")


def declared(text: str, folder: Path, *, where: str) -> Path:
    """The real place of a file or folder that a study names, relative to a folder or as a whole.

    A relative path stays in ``folder``, wherever links lead. A whole path may lie elsewhere when it
    says in full where: without a pattern, without ``..``, and not through a link.

    Raises
    ------
    StudyError
        It leads elsewhere, or into a folder of the system.
    """
    path = folder / text
    real = Path(os.path.realpath(path))
    if real.is_relative_to(os.path.realpath(folder)):
        return real
    plain = Path(text).is_absolute() and ".." not in Path(text).parts
    linked = real.parent != Path(os.path.realpath(path.parent)) or real.name != path.name
    if plain and not linked and not _nobodys(real):
        return real
    raise _leads_out(path, real, folder, where=where)


def found_in(path: Path, folder: Path, *, where: str) -> Path:
    """The real place of a file that a pattern found, which must be in the folder."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(folder)):
        raise _leads_out(path, real, folder, where=where)
    return real


def _leads_out(path: Path, real: Path, folder: Path, *, where: str) -> StudyError:
    return StudyError(
        f"{where} leads out of the study's folder of raw files.",
        found=str(path) + (f", which is {real}" if real != path else ""),
        expected=f"a file in {folder}, or the whole path of one file",
        remedy="copy the file there, or name the folder that holds all raw files: the key `data` "
        "of the study file, or DATA= of the command",
    )


def raw_folder(named: Path, *, file: str) -> Path:
    """The folder that a study file's ``data`` names, where that may hold exports.

    Raises
    ------
    StudyError
        A folder of the system, the home folder as a whole, or a hidden folder in it.
    """
    real = Path(os.path.realpath(named))
    if _nobodys(real) or real == Path.home().resolve() or str(real) in _WHOLE:
        raise StudyError(
            f"{file}: `data` names {real}, which is no folder of exports.",
            expected="the folder that holds this study's raw files and nothing else",
            remedy="where that is meant, say so when you run it: make report … DATA=/that/folder",
        )
    return real


def _nobodys(real: Path) -> bool:
    """Whether a place belongs to the system, or is hidden in the home folder."""
    home = Path.home().resolve()
    within_home = real.relative_to(home).parts if real.is_relative_to(home) else ()
    return any(real.is_relative_to(place) for place in _SYSTEM) or any(
        part.startswith(".") for part in within_home
    )
