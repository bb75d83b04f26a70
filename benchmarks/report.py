"""docs/performance.md: what `benchmarks.scale` measured, as tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.world import QUESTIONS, SEED, WHOLE_UP_TO

Results = Mapping[int, Mapping[str, Any]]
Value = Callable[[Mapping[str, Any]], str]
_FILTERS: Final = ("no filter", "country", "theme and polarity", "theme and country, new each time")
_PARTS: Final = ("language", "encoding", "tokens", "index", "ranking", "find", "find, country", "ask")
_MISSING: Final = "–"

_INTRODUCTION: Final = """\
# How fast it is, and with how much

Written by `python -m benchmarks.scale`, never by hand; no test asserts any of it.

**Machine.** {machine}; load while measuring: {load}. Questions
are asked one at a time and answered by one thread, by every engine (`OMP_NUM_THREADS=1`); building may use both cores.
Times are milliseconds by the clock over {questions} questions in two rounds; *processor* is the median of what one of
them took of the processor, which is what other work on the machine disturbs least.

**Corpus.** Made from the sentences of `../shared/model-data` (`benchmarks/corpus.py`, seed {seed}): a passage is a row
of random sentences of one language, 62 words or more; ten make a document, two of them lessons and two summaries.
English, Norwegian and Dutch in equal parts; themes, countries and polarities with unequal shares. Questions are
sentences of 8 to 16 words that stand in no passage. Up to {whole:,} passages have the vectors of the bundled encoder
(640 numbers), more of them those of its static part (256), since the whole one would take hours. Words, lengths,
languages and vectors are spread like real ones; what is said is not, so nothing here tells of the quality of answers.
"""


def write(found: Results, target: Path) -> None:
    """Writes the page."""
    target.write_text(text(found), "utf-8")


def text(found: Results) -> str:
    """The page."""
    first = next(iter(found.values()))
    machine = first.get("machine", {})
    told = ", ".join(str(machine.get(name, "")) for name in ("processor", "vectors", "memory"))
    facts = {"questions": QUESTIONS, "seed": SEED, "whole": WHOLE_UP_TO, "load": machine.get("load", _MISSING)}
    parts = [
        _INTRODUCTION.format(machine=f"{told}, Python {machine.get('python', '')}", **facts),
        _targets(found),
        _index(found),
        _server(found),
        _around(found),
        _peers(found),
        _curves(found),
    ]
    return "\n".join(parts)


def _targets(found: Results) -> str:
    asked, index = "< 10 / < 20; at 1,000,000 < 15 / < 30", "< 3 / < 5 at 100,000"
    rows: list[tuple[str, str, Value]] = [
        ("one question inside the server (`find`), p50 / p95", asked, lambda one: _both(one["ask"]["parts"]["find"])),
        ("of which the index, p50 / p95", index, lambda one: _both(one["ask"]["no filter"]["index"])),
        ("recall@10 of the dense leg", ">= 0.95", lambda one: f"{one['ask']['no filter']['recall']:.3f}"),
        ("two workers, MiB (PSS)", "< 3,072", lambda one: f"{one['http']['pss_workers_mib']:,}"),
        ("published to findable, p50, s", "< 1", lambda one: f"{one['findable']['found']['p50'] / 1000:.2f}"),
        ("`hub search` from a shell, p50, s", "< 1", lambda one: f"{one['cold']['hub_search_s']['p50']:.2f}"),
    ]
    return _section(
        "The numbers to hold",
        "Milliseconds where nothing else is said.",
        _table(
            ["what", "target", *(f"{size:,}" for size in found)],
            [[name, target, *_each(found, value)] for name, target, value in rows],
        ),
    )


def _index(found: Results) -> str:
    rows = []
    for size, one in found.items():
        for name in _FILTERS:
            for leg in ("dense", "lexical", "index"):
                rows.append([f"{size:,}", name, leg, *_times(_at(one, "ask", name, leg)), _recall(one, name, leg)])
    note = (
        "*index* is `Generation.search` and `fuse`: both legs, the summaries of their documents, the cosines of all"
        " candidates, one score. Each leg offers 256 passages. Recall is against exact cosines among what passes the"
        " filter. Of filters that are asked with again and again the index remembers which rows pass."
    )
    return _section(
        "One question in the index",
        note,
        _table(["passages", "filter", "part", "p50", "p95", "p99", "processor", "recall@10"], rows),
        "![Milliseconds by number of passages](images/performance-sizes.png)",
    )


def _server(found: Results) -> str:
    rows = [
        [f"{size:,}", name, *_times(_at(one, "ask", "parts", name))] for size, one in found.items() for name in _PARTS
    ]
    return _section(
        "One question inside the server",
        "*ranking* is the index and the leading documents read word by word; *find* is all but the catalogue, from the"
        " question's text to ranked passages; *ask* adds ten hits' texts from SQLite and the marked words of each.",
        _table(["passages", "part", "p50", "p95", "p99", "processor"], rows),
    )


def _around(found: Results) -> str:
    lines: list[tuple[str, Value]] = [
        ("numbers in a vector", lambda one: str(one["make"]["dimension"])),
        ("building the index, vectors given, s", lambda one: f"{one['build']['build_s']:.1f}"),
        ("the most memory while building, MiB", lambda one: f"{one['build']['highest_resident_mib']:,}"),
        ("on the disk, MiB", lambda one: f"{sum(one['build']['disk_mib'].values()):,}"),
        ("opening the index, s", lambda one: f"{one['ask']['open_s']:.2f}"),
        ("`hub search` from a shell, p50 / p95, s", lambda one: _both(one["cold"]["hub_search_s"], 2)),
        ("`hub serve` to its first page, s", lambda one: f"{one['cold']['first_page_s']:.1f}"),
        ("two workers, MiB (PSS), after the load below", lambda one: f"{one['http']['pss_workers_mib']:,}"),
        ("published to findable, p50 / p95 / worst of 20, ms", lambda one: _findable(one["findable"]["found"])),
        *(
            (f"pages a second, {name}, {number} at a time", _served(f"{name}, {number} connections"))
            for name in ("no filter", "country")
            for number in (1, 8)
        ),
    ]
    return _section(
        "Around it",
        "HTTP: gunicorn with two workers, and Debian's `wrk` with one thread on the same two cores: whole pages of"
        " results for one question after the other, in brackets p50 / p95 / p99. Findable: from the rows of a new"
        " document of ten passages in the catalogue (it is encoded, indexed and calibrated after that) to the answer"
        " of another process that holds it.",
        _table(["what", *(f"{size:,}" for size in found)], [[name, *_each(found, value)] for name, value in lines]),
    )


def _peers(found: Results) -> str:
    rows = []
    for size, one in found.items():
        ours = _at(one, "ask", "no filter", "index")
        if ours:
            recall = _recall(one, "no filter", "dense")
            build = f"{one['build']['build_s']:.1f}"
            rows.append([f"{size:,}", "**the hub**", build, recall, *_times(ours), f"{ours['p50']:.2f}", "1"])
        for key, peer in one.items():
            if key.startswith("peer-"):
                rows += _peer_rows(f"{size:,}", peer, ours)
    peers = [peer for one in found.values() for key, peer in one.items() if key.startswith("peer-")]
    versions = {name: number for peer in peers for name, number in peer.get("versions", {}).items()}
    return _section(
        "Beside its peers",
        f"The same run, texts, vectors and questions; {', '.join(f'{n} {v}' for n, v in sorted(versions.items()))}. The"
        " hub unites two legs of 256 passages and fuses them all; peers are asked for ten, and under *256* for as many"
        " as a leg of the hub offers. *ratio* is their p50 for ten over the hub's, in brackets the same of *processor*."
        " txtai is its hybrid search (FAISS, BM25, texts in SQLite), as it comes and with as many visited cells as the"
        " hub's recall needs; faiss flat, bm25s and chromadb are one leg each.",
        _table(["passages", "engine", "build s", "recall@10", "p50", "p95", "p99", "processor", "256", "ratio"], rows),
        "![Milliseconds of the engines](images/performance-peers.png)",
    )


def _peer_rows(size: str, peer: Mapping[str, Any], ours: Mapping[str, float]) -> Iterable[list[str]]:
    if "given_up" in peer:
        yield [size, peer["name"], f"given up {peer['given_up']}", *[_MISSING] * 7]
        return
    for setting in ("as it comes", "equal recall"):
        if setting in peer:
            times, many = peer[setting]["k=10"], peer[setting]["k=256"]
            name = peer["name"] + (
                f", {setting} ({peer[setting]['visits']} cells)" if "visits" in peer[setting] else ""
            )
            ratio = f"{times['p50'] / ours['p50']:.1f} ({times['cpu'] / ours['cpu']:.1f})" if ours else _MISSING
            recall = f"{peer[setting]['recall']:.3f}" if peer[setting]["recall"] else _MISSING
            yield [size, name, f"{peer['build_s']:.1f}", recall, *_times(times), f"{many['p50']:.2f}", ratio]


def _curves(found: Results) -> str:
    rows = [
        [f"{size:,}", form["form"], form["setting"], f"{form['build_s']:.1f}", f"{form['mib']:,}",
         f"{form['p50']:.2f}", f"{form['p95']:.2f}", f"{form['recall']:.3f}"]
        for size, one in found.items() for form in _at(one, "curves", "forms") or []
    ]  # fmt: skip
    return _section(
        "Which form the dense leg has",
        "256 candidates for one question, and recall@10 after they are measured again in half precision, as the hub"
        " does. From these curves: every vector compared up to `FLAT_UP_TO` (hub/search/dense.py), above that cells"
        " with a byte a number.",
        _table(["passages", "form", "setting", "build s", "MiB", "p50", "p95", "recall@10"], rows),
        "![Time against recall](images/performance-recall.png)",
    )


def _section(title: str, *paragraphs: str) -> str:
    return "\n\n".join([f"## {title}", *paragraphs]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _each(found: Results, value: Value) -> list[str]:
    """The value at every size; a dash where it was not measured."""
    told = []
    for one in found.values():
        try:
            told.append(value(one))
        except KeyError:
            told.append(_MISSING)
    return told


def _at(one: Mapping[str, Any], *path: str) -> Any:
    """What lies at a path, or nothing."""
    value: Any = one
    for name in path:
        value = value.get(name, {})
    return value


def _times(times: Mapping[str, float]) -> list[str]:
    return [f"{times[name]:.2f}" if name in times else _MISSING for name in ("p50", "p95", "p99", "cpu")]


def _both(times: Mapping[str, float], digits: int = 1) -> str:
    return f"{times['p50']:.{digits}f} / {times['p95']:.{digits}f}"


def _recall(one: Mapping[str, Any], name: str, leg: str) -> str:
    found = _at(one, "ask", name, "recall")
    return f"{found:.3f}" if leg == "dense" and found else ""


def _findable(times: Mapping[str, float]) -> str:
    return f"{times['p50']:.0f} / {times['p95']:.0f} / {times['worst']:.0f}"


def _served(name: str) -> Value:
    def told(one: Mapping[str, Any]) -> str:
        load = one["http"][name]
        failed = f", {load['failed']} failed" if load["failed"] else ""
        times = " / ".join(f"{load[name]:.0f}" for name in ("p50", "p95", "p99"))
        return f"{load['questions_a_second']:.0f} ({times} ms{failed})"

    return told
