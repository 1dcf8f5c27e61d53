"""One hash for one set of rows: the same rows in another order, or from another engine, give the same hash.

Row order is canonical (rows are sorted), DOUBLE counts to 12 significant digits, DECIMAL and integers are exact and equal
when their values are equal, NULL is not 0, NaN equals NaN, and an instant is the same in every time zone. Not a secret.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

DIGITS = 12


def fingerprint(table: pa.Table) -> str:
    """16 hex digits over names, kinds and canonical rows."""
    columns = [part for name, array in zip(table.column_names, table.columns, strict=True)
               for part in _canonical(name, array)]  # fmt: skip
    digest = hashlib.sha256(f"{table.num_rows}".encode())
    if columns:
        order = _order([array for _, array in columns])
        for label, array in columns:
            digest.update(f"\x1e{label}\x1f".encode())
            _feed(digest, array.take(order))
    return digest.hexdigest()[:16]


def _order(arrays: list[pa.Array]) -> pa.Array:
    keys = [str(index) for index in range(len(arrays))]
    return pc.sort_indices(pa.table(arrays, names=keys), sort_keys=[(key, "ascending") for key in keys])


def _canonical(name: str, chunked: pa.ChunkedArray) -> list[tuple[str, pa.Array]]:
    """One or two arrays that are equal exactly when the values count as equal."""
    array = chunked.combine_chunks() if chunked.num_chunks != 1 else chunked.chunk(0)
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _canonical(name, pa.chunked_array([array.cast(kind.value_type)]))
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return [(f"{name}\x1fnumber", _number(array))]
    if pa.types.is_floating(kind):
        mantissa, exponent = _rounded(array)
        return [(f"{name}\x1fdouble", mantissa), (f"{name}\x1fexponent", exponent)]
    if pa.types.is_boolean(kind):
        return [(f"{name}\x1fboolean", array.cast(pa.int8()))]
    if pa.types.is_date(kind):
        return [(f"{name}\x1fdate", array.cast(pa.date32()).view(pa.int32()))]
    if pa.types.is_timestamp(kind):
        label = "instant" if kind.tz else "timestamp"
        return [(f"{name}\x1f{label}", _nanoseconds(array))]
    if pa.types.is_time(kind):
        return [(f"{name}\x1ftime", array.cast(pa.time64("ns")).view(pa.int64()))]
    if pa.types.is_null(kind):
        return [(f"{name}\x1fnull", array.cast(pa.int8()))]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return [(f"{name}\x1fbinary", array.cast(pa.large_binary()))]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return [(f"{name}\x1fstring", array.cast(pa.large_string()))]
    texts = [None if value is None else repr(value) for value in array.to_pylist()]
    return [(f"{name}\x1fother", pa.array(texts, pa.large_string()))]


def _number(array: pa.Array) -> pa.Array:
    """int64 when every value is whole and fits, else decimal with the trailing zeros of the column removed."""
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        pass
    scale = max(getattr(array.type, "scale", 0), 0)
    for exact in (*(pa.decimal128(38, fewer) for fewer in range(scale + 1)), pa.decimal256(76, scale)):
        try:
            return array.cast(exact)
        except pa.ArrowInvalid:
            continue
    return array


def _nanoseconds(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.timestamp("ns", array.type.tz)).view(pa.int64())
    except pa.ArrowInvalid:
        # Years beyond 2262: microseconds do, and cannot be mistaken for the nanoseconds of a nearer year.
        micros = array.cast(pa.timestamp("us", array.type.tz), safe=False).view(pa.int64())
        return micros.cast(pa.decimal128(38, 0))


def _rounded(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(mantissa of 12 digits, exponent) of each double, both integers. Zero, NaN and ±inf have exponents of their own."""
    missing = array.is_null().to_numpy(zero_copy_only=False)
    values = array.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
    usual = np.isfinite(values) & (values != 0.0)
    mantissa = np.zeros(len(values), dtype=np.int64)
    exponent = np.zeros(len(values), dtype=np.int16)
    mantissa[usual], exponent[usual] = _decimal_parts(values[usual])
    exponent[np.isnan(values)] = 32_000
    exponent[values == np.inf] = 32_001
    exponent[values == -np.inf] = 32_002
    exponent[values == 0.0] = -32_000
    return pa.array(mantissa, mask=missing), pa.array(exponent, mask=missing)


def _decimal_parts(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]:
    exponent = np.floor(np.log10(np.abs(values)))
    shift = DIGITS - 1 - exponent
    half = np.trunc(shift / 2)
    mantissa = np.rint(values * np.power(10.0, half) * np.power(10.0, shift - half))
    low = np.abs(mantissa) < 10.0 ** (DIGITS - 1)
    if low.any():  # log10 was a hair too large
        again = shift[low] + 1 - half[low]
        mantissa[low] = np.rint(values[low] * np.power(10.0, half[low]) * np.power(10.0, again))
        exponent[low] -= 1
    high = np.abs(mantissa) >= 10.0**DIGITS
    mantissa[high] = np.rint(mantissa[high] / 10.0)
    exponent[high] += 1
    return mantissa.astype(np.int64), exponent.astype(np.int16)


def _feed(digest: hashlib._Hash, array: pa.Array) -> None:
    """Validity, then values. `array` comes from `take`, so its buffers start at its first value."""
    digest.update(array.is_null().to_numpy(zero_copy_only=False).tobytes())
    kind = array.type
    text = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
    full = pc.fill_null(array, pa.scalar(b"" if text else 0).cast(kind))
    _, first, second = [*full.buffers(), None][:3]
    if text:
        digest.update(memoryview(first)[: 8 * (len(full) + 1)])
        digest.update(second or b"")
    else:
        digest.update(memoryview(first)[: kind.bit_width // 8 * len(full)])
