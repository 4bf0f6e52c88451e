"""Exchangeable parts by name: the built-in ones, and those that installed packages add through entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import EntryPoint, distributions
from typing import Any, Generic, ParamSpec, TypeVar

from tinyface_core.memory import is_out_of_memory
from tinyface_core.types import Cancelled, UserError

T = TypeVar("T")
P = ParamSpec("P")
Part = TypeVar("Part")


Guard = Callable[[Callable[[], Any]], Any]
"""Runs code of a package, whose failures become a `RegistryError` that names part and package."""


class RegistryError(UserError):
    """A part that does not exist, lacks a requirement, or is broken."""


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One part.

    Attributes:
        name: typed by the user.
        title: shown to the user.
        load: imports the part; not called when parts are only listed.
        about: a description, may be empty.
        lacks: returns one sentence about what must be installed first, or ""; imports nothing.
        package: the installed package that adds the part; "" for built-in parts.
    """

    name: str
    title: str
    load: Callable[[], T]
    about: str = ""
    lacks: Callable[[], str] = _nothing
    package: str = ""


def imported(reference: str) -> Callable[[], Any]:
    """A function that imports "module:object" when it is called."""
    return EntryPoint("", reference, "").load


class Guarded:
    """A part of a package. Subclasses run its code by the guard, and check what it gives; other members are its own."""

    members: tuple[str, ...] = ()
    """Names of all that such a part must have."""

    def __init__(self, part: Any, guard: Guard) -> None:
        """Raise a `RegistryError` if the part lacks a member."""
        self.part, self.guard = part, guard
        guard(self._check)

    def _check(self) -> None:
        if missing := [name for name in self.members if not hasattr(self.part, name)]:
            raise TypeError(f"{type(self.part).__name__} has no {', '.join(missing)}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


def form_of(value: object) -> str:
    """Type and shape of what a part gave, for sentences."""
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else f"{getattr(value, 'dtype', '')} {shape}"


class Registry(Generic[T]):
    """The parts of one kind. Listing them imports none, so a broken part does no harm until it is used."""

    def __init__(
        self,
        kind: str,
        group: str,
        entries: Iterable[Entry[T]] = (),
        checked: Callable[[Any, Guard], Any] = lambda part, _guard: part,
    ) -> None:
        """Create a registry.

        Args:
            kind: name of the kind in sentences, such as "detector".
            group: entry-point group through which packages add parts; an entry point names what `Entry.load` returns.
            entries: the built-in parts, in the order in which they are offered.
            checked: given a part of a package, as `make` made it or, where parts are not made, `load` loaded it; gives
                one that checks itself.
        """
        self.kind, self._group, self._checked = kind, group, checked
        self._own = {entry.name: entry for entry in entries}

    def own(self) -> list[Entry[T]]:
        """The built-in parts, usable or not; packages are not searched."""
        return list(self._own.values())

    def entries(self) -> list[Entry[T]]:
        """The usable parts: built-in ones, then those of packages sorted by name."""
        return [entry for entry in (*self._own.values(), *self._added()[0].values()) if not entry.lacks()]

    def names(self) -> list[str]:
        """Names of the usable parts."""
        return [entry.name for entry in self.entries()]

    def troubles(self) -> list[str]:
        """One sentence for each built-in part that lacks a requirement, and each package that cannot be read."""
        return [lack for entry in self._own.values() if (lack := entry.lacks())] + self._added()[1]

    def entry(self, name: str) -> Entry[T]:
        """The part called `name`.

        Raises:
            RegistryError: if there is none, or it lacks a requirement.
        """
        entry = self._own.get(name) or self._added()[0].get(name)
        if entry is None:
            known = f"There is no {self.kind} called {name}. Known: {', '.join(self.names())}."
            raise RegistryError(" ".join([known, *self._added()[1]]))
        if lack := entry.lacks():
            raise RegistryError(lack)
        return entry

    def load(self, name: str) -> T:
        """Import the part called `name`; what that gives depends on the registry.

        Raises:
            RegistryError: if there is none, or it cannot be loaded.
        """
        entry = self.entry(name)
        return self._whole(entry, entry.load)

    def make(self: Registry[Callable[P, Part]], name: str, *args: P.args, **kwargs: P.kwargs) -> Part:
        """Import the factory called `name` and call it with these arguments.

        Raises:
            RegistryError: if there is none, or the factory of a package fails.
            UserError: if a built-in part cannot be created.
        """
        entry = self.entry(name)
        return self._whole(entry, lambda: entry.load()(*args, **kwargs))

    def _whole(self, entry: Entry[Any], work: Callable[[], Part]) -> Part:
        """The part that some work gives, checked if it is one of a package."""
        if not entry.package:
            return work()
        guard = partial(self._guarded, entry)
        checked: Part = self._checked(guard(work), guard)
        return checked

    def _guarded(self, entry: Entry[Any], work: Callable[[], Part]) -> Part:
        try:
            return work()
        except (UserError, Cancelled):
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise RegistryError(
                f"The {self.kind} {entry.name} of the package {entry.package} is broken "
                f"({type(error).__name__}: {error}): update or remove the package."
            ) from error

    def _added(self) -> tuple[dict[str, Entry[T]], list[str]]:
        """Parts of packages by name, and one sentence for each package that cannot be read."""
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
            if other is not None and other.package != entry.package:  # the name is taken
                entry = replace(entry, name=f"{entry.package}.{entry.name}")
            added[entry.name] = entry
        return added, troubles
