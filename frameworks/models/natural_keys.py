"""How a model says which other models are in its natural key, so that Django loads these before it from a fixture."""

from collections.abc import Callable
from typing import TypeVar

NaturalKey = TypeVar("NaturalKey", bound=Callable[..., tuple[str, ...]])


def depends_on(model: str) -> Callable[[NaturalKey], NaturalKey]:
    """Marks the method `natural_key` of a model; `model` is another one's label, such as "frameworks.revision"."""

    def marked(natural_key: NaturalKey) -> NaturalKey:
        # Django reads this attribute of the method, which no type of a function has.
        vars(natural_key)["dependencies"] = [model]
        return natural_key

    return marked
