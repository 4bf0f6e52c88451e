"""Exchangeable parts by name: the program's own, and those that installed packages add through entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, distributions
from typing import Any, Generic, ParamSpec, TypeVar

from tinyface_core.types import UserError

T = TypeVar("T")
P = ParamSpec("P")
Part = TypeVar("Part")


class RegistryError(UserError):
    """A part that does not exist, lacks what it needs, or is broken."""


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One part that can be had.

    Attributes:
        name: what the user types.
        title: what the user reads.
        load: imports it; called when it is asked for, never when it is listed.
        about: a sentence on it, or nothing.
        lacks: says in one sentence what must be installed first; "" if it can be used. It imports nothing.
        package: the installed package that adds it; "" for the program's own.
    """

    name: str
    title: str
    load: Callable[[], T]
    about: str = ""
    lacks: Callable[[], str] = _nothing
    package: str = ""


def imported(reference: str) -> Callable[[], Any]:
    """A loader of "module:object", which imports it when it is called."""
    return EntryPoint("", reference, "").load


class Registry(Generic[T]):
    """The parts of one kind. Listing them imports none, and a broken one does no harm until it is asked for."""

    def __init__(self, kind: str, group: str, entries: Iterable[Entry[T]] = ()) -> None:
        """Registry of the program's own entries.

        Args:
            kind: what one part is called in sentences, such as "detector".
            group: of the entry points by which packages add further parts; each names what `Entry.load` gives.
            entries: of the program, in the order in which they are offered.
        """
        self.kind, self._group = kind, group
        self._own = {entry.name: entry for entry in entries}

    def own(self) -> list[Entry[T]]:
        """The program's own parts, whether they can be used or not; nothing is looked for."""
        return list(self._own.values())

    def entries(self) -> list[Entry[T]]:
        """What can be used here: the program's own, then those of packages by name."""
        return [entry for entry in (*self._own.values(), *self._added()[0].values()) if not entry.lacks()]

    def names(self) -> list[str]:
        """The names of `entries`."""
        return [entry.name for entry in self.entries()]

    def troubles(self) -> list[str]:
        """A sentence on everything that cannot be used: what an own part lacks, which package cannot be read."""
        return [lack for entry in self._own.values() if (lack := entry.lacks())] + self._added()[1]

    def entry(self, name: str) -> Entry[T]:
        """The part called `name`.

        Raises:
            RegistryError: if there is none, or it lacks something.
        """
        entry = self._own.get(name) or self._added()[0].get(name)
        if entry is None:
            known = f"There is no {self.kind} called {name}. Known: {', '.join(self.names())}."
            raise RegistryError(" ".join([known, *self._added()[1]]))
        if lack := entry.lacks():
            raise RegistryError(lack)
        return entry

    def load(self, name: str) -> T:
        """What the part called `name` is made with; see the function that gives this registry.

        Raises:
            RegistryError: if there is none, or it cannot be loaded.
        """
        entry = self.entry(name)
        return self._guarded(entry, entry.load)

    def make(self: Registry[Callable[P, Part]], name: str, *args: P.args, **kwargs: P.kwargs) -> Part:
        """The part called `name`, of a registry that holds makers.

        Raises:
            RegistryError: if there is none, or a package's cannot be made.
            UserError: if one of the program's own cannot be made.
        """
        entry = self.entry(name)
        return self._guarded(entry, lambda: entry.load()(*args, **kwargs))

    def _guarded(self, entry: Entry[Any], work: Callable[[], Part]) -> Part:
        """Do what may run a package's code, whose failures are not the program's."""
        try:
            return work()
        except UserError:
            raise
        except Exception as error:
            if not entry.package:
                raise
            raise RegistryError(
                f"The {self.kind} {entry.name} of the package {entry.package} is broken "
                f"({type(error).__name__}: {error}): update or remove the package."
            ) from error

    def _added(self) -> tuple[dict[str, Entry[T]], list[str]]:
        """What packages add, by name, and a sentence on each package that cannot be read."""
        entries, troubles = [], []
        for package in distributions():
            try:
                points = package.entry_points.select(group=self._group)
                entries += [Entry(point.name, point.name, point.load, package=package.name) for point in points]
            except Exception as error:
                where = getattr(package, "_path", "an installed package")
                troubles.append(f"The entry points of {where} cannot be read ({type(error).__name__}: {error}).")
        added: dict[str, Entry[T]] = {}
        for entry in sorted(entries, key=lambda entry: (entry.name, entry.package)):
            other = self._own.get(entry.name) or added.get(entry.name)
            if other is not None and other.package != entry.package:  # two parts of one name are told apart
                entry = replace(entry, name=f"{entry.package}.{entry.name}")
            added[entry.name] = entry
        return added, troubles
