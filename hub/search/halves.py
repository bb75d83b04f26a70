"""Half precision to single: exact, and several times faster than NumPy, which converts number by number."""

import numpy as np
from numpy.typing import NDArray

# Shifted into place, a half's exponent is 127 - 15 too low for a single; this puts it right (IEEE 754, denormals too).
_EXPONENT: np.float32 = np.float32(2.0**112)


def to_float(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """The same finite numbers as float32, in a new array of the same shape."""
    bits = np.ascontiguousarray(halves).view(np.int16).astype(np.int32)
    bits <<= 13
    # The sign stands twice after widening: once is enough.
    bits &= np.int32(-0x70000001)
    floats: NDArray[np.float32] = bits.view(np.float32)
    floats *= _EXPONENT
    return floats
