"""Dependencies of natural keys: which models `loaddata` and `dumpdata` must handle before others."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def loaded_after(*models: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorates a method `natural_key` that uses the keys of `models` ("app_label.model"), which are loaded first.

    It sets the attribute `dependencies` of the method, which Django reads.
    """

    def with_dependencies(natural_key: Callable[P, R]) -> Callable[P, R]:
        natural_key.__dict__["dependencies"] = list(models)
        return natural_key

    return with_dependencies
