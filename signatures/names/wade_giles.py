"""Chinese names in pinyin as Wade and Giles spell them, without apostrophes: Zhang Hesong is Chang
Ho-sung, and Zeng Xiaoqian is Tseng Hsiao-ch'ien."""

import re
from collections.abc import Sequence
from functools import lru_cache

from signatures.names.folding import search_key

# The longest first.
_INITIALS = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_FINALS = (
    "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|ia|ie|iu|in|ua|uo|ui|un"
    "|ue|ve|er|a|o|e|i|u|v"
)
_SYLLABLE = re.compile(f"({_INITIALS})?({_FINALS})(?=[bpmfdtnlgkhjqxrzcsyw]|$)")
_MAX_SYLLABLES_OF_WORD = 3
_MAX_WORDS = 3
_OF_INITIAL = {
    **{"b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts"},
    **{"c": "ts", "r": "j"},
}
_OF_FINAL = {"ong": "ung", "ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh", "iong": "iung"}
# Where both together are otherwise than each by itself.
_WHOLE = {
    **{"ge": "ko", "ke": "ko", "he": "ho", "er": "erh", "si": "ssu", "zi": "tzu", "ci": "tzu"},
    **{"zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "ye": "yeh", "yan": "yen"},
    **{"you": "yu", "yi": "i", "gui": "kuei", "kui": "kuei", "guo": "kuo", "kuo": "kuo"},
    **{"huo": "huo", "shuo": "shuo", "yue": "yueh", "yong": "yung"},
}


def in_wade_giles(words: Sequence[str]) -> list[str]:
    """The words of a name, if all of them can be pinyin and some are otherwise; else nothing."""
    if not 1 < len(words) <= _MAX_WORDS:
        return []
    spelled = [_spelled(word) for word in words]
    return [*spelled] if all(spelled) and spelled != [search_key(each) for each in words] else []


@lru_cache(maxsize=20_000)
def _spelled(word: str) -> str:
    """Empty for what is no pinyin, or of more syllables than a name has."""
    left, row = search_key(word).replace(" ", ""), ""
    for _ in range(_MAX_SYLLABLES_OF_WORD):
        if not left:
            break
        found = _SYLLABLE.match(left)
        if not found:
            return ""
        row += _WHOLE.get(found[0]) or _together(found[1] or "", found[2])
        left = left[found.end() :]
    return "" if left else row


def _together(initial: str, final: str) -> str:
    if final == "uo":
        final = "o"
    return _OF_INITIAL.get(initial, initial) + _OF_FINAL.get(final, final)
