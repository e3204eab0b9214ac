"""What is wrong with a definition, or with answers that came from elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is (`item[2].answerOption[0]`), and a sentence in plain words."""

    path: str
    sentence: str

    def __str__(self) -> str:
        """Return both on one line."""
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


class DefinitionError(ValueError):
    """A definition that cannot be used; it carries every problem, not only the first."""

    def __init__(self, problems: tuple[Problem, ...], source: str = "") -> None:
        self.problems = problems
        self.source = source
        lines = [source or "This definition cannot be used:", *(f"  {each}" for each in problems)]
        super().__init__("\n".join(lines))


class AnswersError(ValueError):
    """Stored or received answers that do not fit their definition."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(each) for each in problems))
