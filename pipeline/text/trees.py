"""LightGBM's trees through its C interface, for scoring.

Its Python package imports pandas, SciPy's statistics and scikit-learn, 0.7 s of a processor, of which prediction
needs nothing. The functions called are those of LightGBM's documented C API; training uses the package.
"""

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Constants of the C API.
_FLOAT32, _BY_ROWS, _NORMAL, _FIRST_TREE, _ALL_TREES = 0, 1, 0, 0, -1


class TreesError(ValueError):
    """What LightGBM says of trees that it cannot read, or of rows that do not fit them."""


class Trees:
    """A forest in LightGBM's plain text, ready to score. Raises ``TreesError``."""

    def __init__(self, written: str) -> None:
        self.written = written
        self._handle = ctypes.c_void_p()
        iterations = ctypes.c_int()
        _call(
            "LGBM_BoosterLoadModelFromString",
            ctypes.c_char_p(written.encode("utf-8")),
            ctypes.byref(iterations),
            ctypes.byref(self._handle),
        )

    def __del__(self) -> None:
        if self._handle:
            _library().LGBM_BoosterFree(self._handle)

    @property
    def features(self) -> list[str]:
        """The names of the columns."""
        names = next((line for line in self.written.splitlines() if line.startswith("feature_names=")), "")
        return names.removeprefix("feature_names=").split()

    def scores(self, rows: NDArray[np.floating]) -> NDArray[np.float64]:
        """Raw sums of the leaves, (rows,), of rows (rows, features). A row's are the same in whatever company."""
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        scores = np.zeros(len(rows), dtype=np.float64)
        length = ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            ctypes.c_void_p(rows.ctypes.data),
            ctypes.c_int(_FLOAT32),
            ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]),
            ctypes.c_int(_BY_ROWS),
            ctypes.c_int(_NORMAL),
            ctypes.c_int(_FIRST_TREE),
            ctypes.c_int(_ALL_TREES),
            ctypes.c_char_p(b"num_threads=1 verbosity=-1"),
            ctypes.byref(length),
            ctypes.c_void_p(scores.ctypes.data),
        )
        return scores


def _call(function: str, *arguments: object) -> None:
    """A function of the library; each returns 0 or leaves a message."""
    if getattr(_library(), function)(*arguments):
        raise TreesError(_library().LGBM_GetLastError().decode("utf-8", "replace"))


@cache
def _library() -> ctypes.CDLL:
    package = find_spec("lightgbm")  # finds it and does not import it
    places = package.submodule_search_locations if package else None
    found = next((path for place in places or () for path in Path(place).rglob("*lib_lightgbm.*")), None)
    if found is None:
        raise ImportError("the library of LightGBM is missing. Install it with `pip install lightgbm`")
    library = ctypes.CDLL(str(found))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library
