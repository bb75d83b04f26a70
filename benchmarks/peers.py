"""What the hub is compared with, one class each, on the same texts, vectors and questions.

    python -m benchmarks.peers NAME FOLDER RECALL     run by benchmarks.scale in a virtual environment of its own

Nothing of the hub is imported here, so that no version of a peer touches ours. RECALL is the recall@10 that the hub's
dense leg has on this corpus; a peer whose dense part can be set is measured as it comes and again at that recall.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import highest_resident, timed

Vectors = NDArray[np.float32]
_FEW: Final = 10
# As many as each of the hub's legs offers to fusion and to the counts of facets.
_MANY: Final = 256
_BATCH: Final = 5_000
_VISITS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)


class Peer(Protocol):
    """A search engine; `search` gives the numbers of passages, best first."""

    packages: tuple[str, ...]

    def build(self, texts: list[str], vectors: Vectors, ids: list[str]) -> None:
        """Takes the passages in."""

    def search(self, question: str, vector: Vectors, k: int) -> list[int]:
        """The best passages."""

    def dense(self, vector: Vectors, k: int) -> list[int]:
        """The best by vector alone, where the engine has such a leg; else nothing."""

    def visiting(self, visits: int) -> bool:
        """Lets the dense part look at so many cells; false where there is no such setting."""


class Flat:
    """FAISS with nothing but all cosines."""

    packages: tuple[str, ...] = ("faiss-cpu",)

    def build(self, texts: list[str], vectors: Vectors, ids: list[str]) -> None:
        """See Peer."""
        import faiss

        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def search(self, question: str, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        found: list[int] = self._index.search(vector[None, :], k)[1][0].tolist()
        return found

    def dense(self, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        return self.search("", vector, k)

    def visiting(self, visits: int) -> bool:
        """See Peer."""
        return False


class Txtai:
    """txtai's hybrid search: FAISS and BM25, texts in SQLite."""

    packages: tuple[str, ...] = ("txtai", "faiss-cpu")

    def build(self, texts: list[str], vectors: Vectors, ids: list[str]) -> None:
        """See Peer."""
        from txtai import Embeddings  # type: ignore[import-not-found]

        self._asked: dict[str, Vectors] = {}
        row_of = {text: row for row, text in enumerate(texts)}

        def transform(batch: list[str]) -> Vectors:
            rows = [self._asked[text] if text in self._asked else vectors[row_of[text]] for text in batch]
            return np.stack(rows)

        self._engine = Embeddings(method="external", transform=transform, hybrid=True, content=True)
        self._engine.index((row, text, None) for row, text in enumerate(texts))
        row_of.clear()

    def search(self, question: str, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        self._asked[question] = vector
        return [int(hit["id"]) for hit in self._engine.search(question, k)]

    def dense(self, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        return [row for row, _ in self._engine.ann.search(vector[None, :], k)[0]]

    def visiting(self, visits: int) -> bool:
        """See Peer."""
        if not hasattr(self._engine.ann.backend, "nprobe"):
            return False
        self._engine.ann.config["faiss"] = {"nprobe": visits}
        return True


class Bm25s:
    """bm25s: BM25 scores counted beforehand, with the stemmer of one language."""

    packages: tuple[str, ...] = ("bm25s", "PyStemmer")

    def build(self, texts: list[str], vectors: Vectors, ids: list[str]) -> None:
        """See Peer."""
        import bm25s
        import Stemmer

        self._tokenize, self._stemmer = bm25s.tokenize, Stemmer.Stemmer("english")
        self._engine = bm25s.BM25()
        self._engine.index(self._tokenize(texts, stemmer=self._stemmer, show_progress=False), show_progress=False)

    def search(self, question: str, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        tokens = self._tokenize([question], stemmer=self._stemmer, show_progress=False)
        found, _ = self._engine.retrieve(tokens, k=k, show_progress=False)
        rows: list[int] = found[0].tolist()
        return rows

    def dense(self, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        return []

    def visiting(self, visits: int) -> bool:
        """See Peer."""
        return False


class Chroma:
    """chromadb in memory: an HNSW graph, texts beside it; dense alone."""

    packages: tuple[str, ...] = ("chromadb",)

    def build(self, texts: list[str], vectors: Vectors, ids: list[str]) -> None:
        """See Peer."""
        import chromadb  # type: ignore[import-not-found]

        client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
        self._engine = client.create_collection("passages", metadata={"hnsw:space": "ip"})
        for start in range(0, len(texts), _BATCH):
            some = slice(start, start + _BATCH)
            self._engine.add(ids=ids[some], embeddings=vectors[some], documents=texts[some])

    def search(self, question: str, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        return [int(one) for one in self._engine.query(query_embeddings=[vector], n_results=k)["ids"][0]]

    def dense(self, vector: Vectors, k: int) -> list[int]:
        """See Peer."""
        return self.search("", vector, k)

    def visiting(self, visits: int) -> bool:
        """See Peer."""
        return False


PEERS: Final[dict[str, Callable[[], Peer]]] = {
    "faiss flat": Flat,
    "txtai hybrid": Txtai,
    "bm25s": Bm25s,
    "chromadb": Chroma,
}


def measure(name: str, folder: Path, wanted: float) -> dict[str, Any]:
    """Seconds to build, milliseconds of a question for ten and for 256 passages, recall@10 of the dense part."""
    lines = (folder / "texts.tsv").read_text("utf-8").splitlines()
    texts, vectors = [line.partition("\t")[2] for line in lines], np.load(folder / "vectors.npy", mmap_mode="r")
    asked, nearest = np.load(folder / "asked.npy"), np.load(folder / "nearest.npy")
    questions = [stored["text"] for stored in json.loads((folder / "questions.json").read_text("utf-8"))]
    peer = PEERS[name]()
    began = time.perf_counter()
    peer.build(texts, np.asarray(vectors), [str(row) for row in range(len(texts))])
    found: dict[str, Any] = {"build_s": round(time.perf_counter() - began, 2)}
    _one_thread()

    def recall() -> float:
        parts = [
            len({*peer.dense(vector, _FEW)} & {*row.tolist()}) / _FEW
            for vector, row in zip(asked, nearest, strict=True)
        ]
        return round(float(np.mean(parts)), 4)

    def asking(k: int) -> dict[str, float]:
        return timed(lambda place: peer.search(questions[place], asked[place], k), len(questions))

    def times() -> dict[str, Any]:
        return {f"k={k}": asking(k) for k in (_FEW, _MANY)}

    found["as it comes"] = {"recall": recall(), **times()}
    for visits in _VISITS:
        if not peer.visiting(visits):
            break
        if (reached := recall()) >= wanted:
            found["equal recall"] = {"recall": reached, "visits": visits, **times()}
            break
    found["highest_resident_mib"] = highest_resident()
    found["versions"] = {package: version(package) for package in peer.packages}
    return found


def _one_thread() -> None:
    """From now on FAISS answers with one thread, as the hub's workers do; building may use all."""
    import faiss

    faiss.omp_set_num_threads(1)


def main() -> None:
    """Measures one peer and prints what was found as JSON, on the last line."""
    name, folder, wanted = sys.argv[1:]
    print(json.dumps(measure(name, Path(folder), float(wanted))))


if __name__ == "__main__":
    main()
