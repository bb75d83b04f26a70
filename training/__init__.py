"""How the hub's bundled encoder is made: parallel texts in, `hub/encoder/` out.

    python -m training prepare     texts, vocabulary, token numbers, teacher vectors   -> training/runs/
    python -m training static      the word-level part: one vector a WordPiece         -> training/runs/static/
    python -m training evaluate    FLORES-200 and the development questions            -> training/RESULTS.md
    python -m training publish     int8 table, tokenizer, config, model card           -> hub/encoder/

An extra of the hub (`pip install '.[training]'`): nothing that serves imports it. The recipe and what was
tried before stand in `../shared/reference/encoder-recipe.md`; every number is in `settings.toml`.
"""
