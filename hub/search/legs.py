"""The two legs of a search, each a thin wrapper over the engine that does the work: FAISS and tantivy.

Dense: exact inner products of unit vectors (cosines). Lexical: BM25 within one language family at a time.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
import tantivy
from numpy.typing import NDArray

from hub.catalogue.filters import FACETS, Filters
from hub.search.contract import Entry
from hub.search.rows import Rows
from hub.search.words import FAMILIES

Vectors = NDArray[np.float32]
_BM25_K1: Final = 1.2  # tantivy's own; the highest a term's frequency factor gets is k1 + 1
_HEAP: Final = 64 * 1024 * 1024


class DenseLeg:
    """Vectors by row number; `vectors` is a view of FAISS's own memory, shape (rows, dimension)."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index
        size = index.ntotal * index.d
        flat = faiss.rev_swig_ptr(index.get_xb(), size) if size else np.zeros(0, dtype=np.float32)
        self.vectors: Vectors = flat.reshape(index.ntotal, index.d)

    @classmethod
    def of(cls, vectors: Vectors) -> "DenseLeg":
        """A leg over unit vectors, shape (rows, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, file: Path) -> "DenseLeg":
        """The leg that `save` wrote."""
        return cls(faiss.read_index(str(file)))

    def save(self, file: Path) -> None:
        """Writes FAISS's own format."""
        faiss.write_index(self._index, str(file))

    def search(self, vector: Vectors, limit: int, mask: NDArray[np.bool_] | None) -> Rows:
        """The nearest rows to a unit vector of shape (dimension,), nearest first, only where the mask allows."""
        allowed = self._index.ntotal if mask is None else int(mask.sum())
        limit = min(limit, allowed)
        if limit == 0:
            return np.zeros(0, dtype=np.int64)
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        _, rows = self._index.search(vector[None, :], limit, params=parameters)
        return np.asarray(rows[0], dtype=np.int64)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Ids are raw text: deleting by an unsigned-integer id silently does nothing in tantivy-py 0.27.
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True, indexed=False)
    builder.add_text_field("document", stored=False, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", stored=False, tokenizer_name="raw", index_option="basic")
    for family in FAMILIES:
        builder.add_text_field(f"words_{family}", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalLeg:
    """Tokens by passage id, in a tantivy index."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = _schema()
        self._searcher = index.searcher()

    @classmethod
    def create(cls, folder: Path) -> "LexicalLeg":
        """An empty leg in a new folder, or the one that was linked there to go on from."""
        folder.mkdir(exist_ok=True)
        return cls(tantivy.Index(_schema(), path=str(folder)))

    @classmethod
    def load(cls, folder: Path) -> "LexicalLeg":
        """The leg in a folder; FileNotFoundError or ValueError when there is none."""
        if not (folder / "meta.json").is_file():
            raise FileNotFoundError(folder / "meta.json")
        return cls(tantivy.Index.open(str(folder)))

    def update(self, removed_documents: Iterable[str], added: Iterable[Entry]) -> None:
        """Takes documents out and puts entries in, then commits."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for document_id in removed_documents:
            writer.delete_documents_by_term("document", document_id)
        for entry in added:
            writer.add_document(self._stored(entry))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def shown(self, passage_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """What the entries of these passages gave as `shown`."""
        found: dict[str, Mapping[str, Any]] = {}
        for passage_id in passage_ids:
            query = tantivy.Query.term_query(self._schema, "id", passage_id, "basic")
            for _, address in self._searcher.search(query, 1).hits:
                found[passage_id] = json.loads(bytes(self._searcher.doc(address)["shown"][0]))
        return found

    def _stored(self, entry: Entry) -> tantivy.Document:
        row = entry.row
        fields: dict[str, Any] = {f"facet_{facet}": list(values) for facet, values in row.facets.items()}
        fields |= {"id": [row.id], "document": [row.document_id], f"words_{row.family}": [" ".join(entry.tokens)]}
        fields["shown"] = json.dumps(entry.shown, ensure_ascii=False).encode()
        return tantivy.Document.from_dict(fields, self._schema)

    def search(self, words: Mapping[str, Sequence[str]], limit: int, filters: Filters) -> dict[str, float]:
        """Passage id -> share (0 to 1) of the score that a perfect match would get, for each family's best `limit`.

        `words` holds the question's tokens as each family analyses them.
        """
        found: dict[str, float] = {}
        for family, family_tokens in words.items():
            best = self._best_possible(family, set(family_tokens))
            if best == 0:
                continue
            for score, address in self._searcher.search(self._query(family, family_tokens, filters), limit).hits:
                passage_id = self._searcher.doc(address)["id"][0]
                found[passage_id] = max(found.get(passage_id, 0.0), min(1.0, score / best))
        return found

    def _query(self, family: str, family_tokens: Sequence[str], filters: Filters) -> tantivy.Query:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, f"words_{family}", token, "freq"))
            for token in dict.fromkeys(family_tokens)
        ]
        query = tantivy.Query.boolean_query(terms)
        for facet, values in filters.values.items():
            allowed = tantivy.Query.term_set_query(self._schema, f"facet_{facet}", list(values))
            must = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0))]
            query = tantivy.Query.boolean_query(must)
        return query

    def _best_possible(self, family: str, family_tokens: set[str]) -> float:
        """What BM25 gives a passage that is full of every token: each one's idf times the highest frequency factor.

        Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with idf as in Lucene.
        """
        total, best = self._searcher.num_docs, 0.0
        for token in family_tokens:
            frequency = self._searcher.doc_freq(f"words_{family}", token)
            best += math.log(1 + (max(total - frequency, 0) + 0.5) / (frequency + 0.5)) * (_BM25_K1 + 1)
        return best
