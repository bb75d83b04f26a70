"""Half precision to single: every number comes out as NumPy has it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from hub.search.halves import to_float

EVERY = np.arange(2**16, dtype=np.uint32).astype(np.uint16).view(np.float16)
halves = st.floats(width=16, allow_nan=False, allow_infinity=False)


def test_every_finite_half_is_the_float_that_numpy_makes_of_it_to_the_bit() -> None:
    finite = EVERY[np.isfinite(EVERY)]
    assert len(finite) == 2 * 31 * 1024
    made = to_float(finite)
    assert made.dtype == np.float32
    assert np.array_equal(made.view(np.uint32), finite.astype(np.float32).view(np.uint32))


@given(arrays.arrays(np.float16, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5), elements=halves))
def test_an_array_of_any_shape_keeps_it_and_is_left_as_it_was(given_halves: NDArray[np.float16]) -> None:
    before = given_halves.copy()
    made = to_float(given_halves)
    assert np.array_equal(made, before.astype(np.float32))
    assert made.shape == before.shape
    made += 1
    assert np.array_equal(given_halves, before)


@given(arrays.arrays(np.float16, (4, 6), elements=halves), st.integers(1, 3), st.integers(1, 3))
def test_rows_and_columns_taken_from_an_array_are_converted_alike(
    given_halves: NDArray[np.float16],
    down: int,
    across: int,
) -> None:
    for view in (given_halves[::down, ::across], given_halves.T, given_halves[::-1]):
        assert np.array_equal(to_float(view), view.astype(np.float32))
