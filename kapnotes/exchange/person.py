"""One named person of the practice, as documents name them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who wrote, recorded or signed; names as they were then."""

    id: UUID
    name: str
    credentials: str = ""

    @property
    def words(self) -> str:
        """`Jana Kühn, LMFT`."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name
