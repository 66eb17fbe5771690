"""One line of a file of JSON lines, in UTF-8, and what to say of one that is none."""

import json


class LineFault(ValueError):
    """A line that holds no JSON: ``problem`` says what was met, ``mend`` what to do."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}; {mend}")
        self.problem = problem
        self.mend = mend


def json_value(line: bytes) -> object:
    """The value of a line. Raises ``LineFault``."""
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LineFault(f"byte {error.start} of the line is not UTF-8", "save the file as UTF-8") from error
    except RecursionError as error:
        raise LineFault("JSON nested too deep", "write one object of lists and strings a line") from error
    except ValueError as error:
        raise LineFault(f"no JSON ({error})", "write one object a line, without line breaks in it") from error
