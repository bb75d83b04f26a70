"""The lexical leg: BM25 by tantivy, within one language family at a time."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from hub.catalogue.filters import FACETS, Filters
from hub.search.contract import Entry, Query
from hub.search.words import FAMILIES

_BM25_K1: Final = 1.2  # tantivy's own; the highest a term's frequency factor gets is k1 + 1
_HEAP: Final = 64 * 1024 * 1024
# What part of the limit is asked for in the question's own family, and in each other one.
_OWN, _OTHER = 2, 10

Shares = tuple[NDArray[np.int64], NDArray[np.float64]]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", fast=True)
    # Ids are raw text: deleting by an unsigned-integer id silently does nothing in tantivy-py 0.27.
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True, indexed=False)
    builder.add_text_field("document", stored=False, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", stored=False, tokenizer_name="raw", index_option="basic")
    for family in FAMILIES:
        builder.add_text_field(f"words_{family}", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalLeg:
    """Tokens by the key of a row, in a tantivy index."""

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

    def update(self, removed_documents: Iterable[str], added: Iterable[Entry], first_key: int) -> None:
        """Takes documents out and puts entries in, with keys counted up from the first, then commits."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for document_id in removed_documents:
            writer.delete_documents_by_term("document", document_id)
        for key, entry in enumerate(added, first_key):
            writer.add_document(self._stored(entry, key))
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

    def _stored(self, entry: Entry, key: int) -> tantivy.Document:
        row = entry.row
        fields: dict[str, Any] = {f"facet_{facet}": list(values) for facet, values in row.facets.items()}
        fields |= {"id": [row.id], "document": [row.document_id], f"words_{row.family}": [" ".join(entry.tokens)]}
        fields |= {"key": [key], "shown": json.dumps(entry.shown, ensure_ascii=False).encode()}
        return tantivy.Document.from_dict(fields, self._schema)

    def search(self, query: Query) -> Shares:
        """Keys, ascending, and for each the share (0 to 1) of the score that a perfect match would get.

        See Query for how many of each family.
        """
        keys, shares = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for family, tokens in query.tokens.items():
            limit = max(1, query.limit // (_OWN if family == query.family or not query.family else _OTHER))
            known = {token: found for token in dict.fromkeys(tokens) if (found := self._frequency(family, token))}
            best = self._best_possible(dict.fromkeys(tokens, 0) | known)
            if not known or best == 0:
                continue
            # Without counting, the engine skips what cannot reach the best; counted, it reads every posting.
            hits = self._searcher.search(self._query(family, known, query.filters), limit, count=False).hits
            if hits:
                addresses = [address for _, address in hits]
                keys.append(np.array(self._searcher.fast_field_values("key", addresses), dtype=np.int64))
                shares.append(np.minimum(1.0, np.array([score for score, _ in hits]) / best))
        all_keys, all_shares = np.concatenate(keys), np.concatenate(shares)
        order = np.argsort(all_keys)
        return all_keys[order], all_shares[order]

    def frequencies(self, tokens: Sequence[str], family: str) -> NDArray[np.int64]:
        """In how many passages of a family each token stands; those taken out lately may still be counted."""
        return np.array([self._frequency(family, token) for token in tokens], dtype=np.int64)

    def _query(self, family: str, tokens: Iterable[str], filters: Filters) -> tantivy.Query:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, f"words_{family}", token, "freq"))
            for token in tokens
        ]
        query = tantivy.Query.boolean_query(terms)
        for facet, values in filters.values.items():
            allowed = tantivy.Query.term_set_query(self._schema, f"facet_{facet}", list(values))
            must = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0))]
            query = tantivy.Query.boolean_query(must)
        return query

    def _frequency(self, family: str, token: str) -> int:
        return int(self._searcher.doc_freq(f"words_{family}", token))

    def _best_possible(self, frequencies: Mapping[str, int]) -> float:
        """What BM25 gives a passage that is full of every token: each one's idf times the highest frequency factor.

        Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with idf as in Lucene.
        """
        total, best = self._searcher.num_docs, 0.0
        for frequency in frequencies.values():
            best += math.log(1 + (max(total - frequency, 0) + 0.5) / (frequency + 0.5)) * (_BM25_K1 + 1)
        return best
