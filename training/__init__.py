"""How the hub's bundled encoder is made: parallel texts in, `hub/encoder/` out.

    python -m training prepare     texts, vocabulary, token numbers, teacher vectors   -> training/runs/
    python -m training static      the word-level part: one vector a WordPiece         -> training/runs/static/
    python -m training distil      the transformer: translations, then questions       -> training/runs/distil/
    python -m training evaluate    beside BM25, the teacher and its own parts          -> training/RESULTS.md
    python -m training publish     int8 tables, ONNX body, tokenizer, model card       -> hub/encoder/

Every stage goes on from its last checkpoint after an interruption; remove its folder to start anew.

An extra of the hub (`pip install '.[training]'`): nothing that serves imports it. Where the recipe comes from
and what was tried before stands in `../shared/reference/encoder-recipe.md`; every number is in `settings.toml`.
"""
