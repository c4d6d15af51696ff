"""How alike two names are, 0 to 1: Jaro-Winkler over letters, Dice's coefficient over Chinese characters."""

from accounts.rules.names import is_chinese, words_of

_PREFIX_WEIGHT, _LONGEST_PREFIX = 0.1, 4
_LONGEST = 200
#: The words that two names do not share are one misspelt word from here on; else names reach this at most.
_ONE_WORD, _OTHER_WORDS = 0.9, 0.9


def names_alike(one: str, other: str) -> float:
    """Return how alike two names are; 1.0 for names equal but for case, accents, legal form, word order."""
    return words_alike(words_of(one), words_of(other))


def words_alike(first: tuple[str, ...], second: tuple[str, ...], least: float = 0.0) -> float:
    """Return how alike two names are by their words (``names.words_of``).

    Where it cannot reach ``least`` the answer may be too low: it is not computed to the end.
    """
    left, right = "".join(first), "".join(second)
    if not left or not right:
        return 0.0
    if left == right or sorted(first) == sorted(second):
        return 1.0
    if is_chinese(left) or is_chinese(right):
        return min(bigrams_alike(left, right), 0.99)
    most = min(_most_by_words(first, second), _most_by_length(len(left), len(right)))
    if most < least:
        return 0.0
    straight = jaro_winkler(left, right)
    sorted_words = jaro_winkler(" ".join(sorted(first)), " ".join(sorted(second)))
    return min(max(straight, sorted_words), most)


def bigrams_alike(one: str, other: str) -> float:
    """Return the mean of Dice's coefficients over single characters and over pairs of neighbours."""
    return (_dice(list(one), list(other)) + _dice(_pairs(one), _pairs(other))) / 2


def jaro_winkler(one: str, other: str) -> float:
    """Return the Jaro-Winkler similarity (Winkler 1990), prefixes of up to four letters weighing 0.1."""
    one, other = sorted((one[:_LONGEST], other[:_LONGEST]))
    if one == other:
        return 1.0
    matched = _matched(one, other)
    if not matched[0]:
        return 0.0
    count = len(matched[0])
    swapped = sum(a != b for a, b in zip(*matched, strict=True)) / 2
    jaro = (count / len(one) + count / len(other) + (count - swapped) / count) / 3
    prefix = 0
    for a, b in zip(one[:_LONGEST_PREFIX], other, strict=False):
        if a != b:
            break
        prefix += 1
    return jaro + prefix * _PREFIX_WEIGHT * (1 - jaro)


def _most_by_length(one: int, other: int) -> float:
    """What two texts of these lengths can reach at most; spaces give the sorted words a little more."""
    jaro = (2 + min(one, other) / max(one, other)) / 3
    return min(jaro + _LONGEST_PREFIX * _PREFIX_WEIGHT * (1 - jaro) + 0.03, 0.99)


def _most_by_words(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """What names can reach at most: shared words ("Mini Mart") must not hide that the others differ."""
    left = [word for word in first if word not in second]
    right = [word for word in second if word not in first]
    if left and right and jaro_winkler("".join(left), "".join(right)) < _ONE_WORD:
        return _OTHER_WORDS
    return 0.99


def _matched(one: str, other: str) -> tuple[list[str], list[str]]:
    """Letters of both that have a partner no further away than half the longer text."""
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    found = []
    for place, letter in enumerate(one):
        for at in range(max(place - reach, 0), min(place + reach + 1, len(other))):
            if not taken[at] and other[at] == letter:
                taken[at] = True
                found.append(letter)
                break
    return found, [letter for letter, is_taken in zip(other, taken, strict=True) if is_taken]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


def _dice(one: list[str], other: list[str]) -> float:
    rest = list(other)
    common = 0
    for item in one:
        if item in rest:
            rest.remove(item)
            common += 1
    return 2 * common / (len(one) + len(other))
