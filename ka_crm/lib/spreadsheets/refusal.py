"""Why a file as a whole is not taken."""


class FileRefused(Exception):
    """The file cannot be read as a table; nothing was stored. ``line`` is known for broken CSV.

    ``question`` names what a person could answer to make it readable (``encoding``), else empty.
    """

    def __init__(self, reason: str, *, line: int | None = None, question: str = "") -> None:
        super().__init__(reason if line is None else f"{reason} (line {line})")
        self.reason = str(self)
        self.line = line
        self.question = question
