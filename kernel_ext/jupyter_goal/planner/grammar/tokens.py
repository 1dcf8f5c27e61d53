"""Text to tokens with spans. Knows characters only: no catalog, no meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import Stemmer

TokenKind = Literal["word", "number", "quoted", "mark"]

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"\n]{1,80}"|“[^”\n]{1,80}”|‘[^’\n]{1,80}’|(?<!\w)'[^'\n]{1,80}'(?!\w))
      | (?P<signed>(?<![^\s(<>=])[-−]\d+(?:\.\d+)?(?![\w-]))
      | (?P<number>\d{4}-\d{1,2}(?:-\d{1,2})?(?![\w-])|\d{1,2}/\d{1,2}/\d{2,4}|\d+\.\d+\.\d{4}
          |\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?![a-z\d]*[a-z]))
      | (?P<word>(?:[^\W_]+(?:[’'&][^\W_]+)*|\#))
      | (?P<mark>>=|<=|!=|<>|≥|≤|≠|[^\s])""",
    re.VERBOSE | re.IGNORECASE,
)
_SUFFIXED = re.compile(r"^(\d+(?:\.\d+)?)(k|m|bn|b|h|hrs?|mins?|km|mi)$", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W_])|(?<=[\d])[-‐‑](?=[^\W\d_])")
_MONTHS = re.compile(
    r"\b((?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)-((?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"[’']s$")


@dataclass(frozen=True)
class Token:
    """One word, number, quoted text or mark, and where it stands in the goal."""

    text: str
    start: int
    end: int
    kind: TokenKind

    @cached_property
    def low(self) -> str:
        """Lower case, without a possessive ending."""
        return _POSSESSIVE.sub("", self.text.casefold()).replace("’", "'")

    @cached_property
    def stem(self) -> str:
        """What inflections of one word share."""
        return stem(self.low)


def tokenise(text: str) -> tuple[Token, ...]:
    """All tokens of a text, in order; white space is dropped, nothing else."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(_HYPHEN.sub(" ", _MONTHS.sub(r"\1–\2", text))):
        kind = match.lastgroup or "mark"
        if kind == "word" and (suffixed := _SUFFIXED.match(match.group())):
            middle = match.start() + len(suffixed.group(1))
            tokens.append(Token(suffixed.group(1), match.start(), middle, "number"))
            tokens.append(Token(suffixed.group(2), middle, match.end(), "word"))
            continue
        known: TokenKind = "quoted" if kind == "quoted" else "number" if kind in {"number", "signed"} else "word"
        tokens.append(Token(match.group(), match.start(), match.end(), "mark" if kind == "mark" else known))
    return tuple(tokens)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English stem of a lower-case word."""
    stemmed: str = Stemmer.Stemmer("english", 0).stemWord(word)  # one per call: a stemmer belongs to one thread
    return stemmed


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """The word without a plural ending: finer than a stem (“cancelled” and “cancellations” stay apart)."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a name: snake_case, CamelCase, hyphens and spaces part words."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(token.low for token in tokenise(parted.replace("_", " ")) if token.kind in {"word", "number"})
