"""A world of eight words in three languages, to train on in a second."""

import gzip
import json
from pathlib import Path

WORDS = [
    ("heat", "varme", "warmte"),
    ("city", "by", "stad"),
    ("bicycle", "sykkel", "fiets"),
    ("house", "hus", "huis"),
    ("water", "vann", "water"),
    ("school", "skole", "school"),
    ("energy", "energi", "energie"),
    ("citizen", "borger", "burger"),
]


def write_tsv(path: Path, rows: list[tuple[str, ...]], header: str = "en\tnb\tnl") -> Path:
    text = "\n".join([header, *("\t".join(row) for row in rows)]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def world() -> list[tuple[str, ...]]:
    return [
        (f"the {a[0]} and the {b[0]}", f"{a[1]} og {b[1]} her", f"de {a[2]} en de {b[2]}") for a in WORDS for b in WORDS
    ]


def topics() -> list[dict[str, object]]:
    """Two topics; the second one's heading is the one that is held out in these tests."""
    return [
        {
            "heading": [f"more {a[0]}", f"mer {a[1]}", f"meer {a[2]}"],
            "questions": [
                [f"where is the {a[0]}", f"hvor er {a[1]}", f"waar is de {a[2]}"],
                [f"who has {a[0]}", f"hvem har {a[1]}", f"wie heeft {a[2]}"],
            ],
            "passages": [
                [f"the {a[0]} is here", f"{a[1]} er her", f"de {a[2]} is hier"],
                [f"we have {a[0]} now", f"vi har {a[1]} nå", f"we hebben nu {a[2]}"],
            ],
        }
        for a in WORDS
    ]


def write_topics(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(topic) for topic in topics()) + "\n", encoding="utf-8")
    return path
