"""The languages of the site: which the interface speaks, and which a text may be in."""

from typing import Literal

# The interface is complete in these; `make lint` holds their catalogues to it.
INTERFACE = ("en", "ar")

# A text may be in any of these. Where the interface lacks one, it speaks English around the text.
NAMES = {
    "en": "English",
    "ar": "العربية",
    "bn": "বাংলা",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "sr": "Српски",
    "sv": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh-hans": "简体中文",
    "zh-hant": "繁體中文",
}

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def direction(language: str) -> Literal["rtl", "ltr"]:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def interface_for(language: str) -> str:
    """The language that the interface speaks around a text in this one."""
    return language if language in INTERFACE else "en"
