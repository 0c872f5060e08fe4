"""Fixtures name rows by natural keys; here is said which models have to be loaded before others."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def loaded_after(*models: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For the method `natural_key`: its key is made of those of `models` ("app_label.model"), which are loaded first.

    Django asks for that as an attribute of the method.
    """

    def with_dependencies(natural_key: Callable[P, R]) -> Callable[P, R]:
        natural_key.__dict__["dependencies"] = list(models)
        return natural_key

    return with_dependencies
