"""The list for programs: one JSON object, one signatory a line."""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from campaign.letters.texts import published_numbers
from signatures.listing.counts import base64_of, moment, told_versions
from signatures.models import Signature
from signatures.press import about_file, downloads
from signatures.press.serializers import (
    page_of,
    signed_texts,
    told_authority,
    told_proof,
    told_signatory,
    told_texts,
)

_BETWEEN = ",\n"
_TEXT = "CASE {0} WHEN '' THEN '\"\"' ELSE to_json({0})::text END"
_LINE = " || ".join(
    (
        """'{"id": "' || public_id || '", "number": ' || number || ', "name": '""",
        "to_json(name)::text",
        """', "kind": "' || kind || '", "profession": '""",
        """CASE profession WHEN '' THEN 'null' ELSE '"' || profession || '"' END""",
        """', "country": "' || country || '", "credit": '""",
        _TEXT.format("credit"),
        "', \"affiliation\": '",
        _TEXT.format("affiliation"),
        f"""', "level": ' || level || ', "confirmed_on": "' || {downloads.DAY}""",
        """'", ' || (CAST(%s AS jsonb) ->> translation_id::text)""",
    )
)


def lines(asked: downloads.ListQuery) -> Generator[bytes, None, None]:
    opening = _dumped(_opening(asked))
    yield opening.removesuffix("}").encode("utf-8", "replace") + b', "signatories": ['
    texts = signed_texts(letter=asked.letter)
    in_json = {pk: _dumped(text)[1:-1] for pk, text in texts.items()}

    def python(row: Signature) -> str:
        told = told_signatory(row, signed=texts[row.translation_id])
        return _dumped(told).removesuffix("}")

    wording = downloads.RowFormat(
        sql=_LINE,
        params=[json.dumps(in_json)],
        python=python,
        showed=_showed,
        between=_BETWEEN,
    )
    before = "\n"
    with closing(downloads.blocks(asked, wording)) as found:
        for block in found:
            yield before.encode() + block
            before = _BETWEEN
    yield b"\n]}\n"


def _showed(showed: downloads.PublicEvidence) -> str:
    told = {
        "signed_by": told_authority(showed.authority),
        "proofs": [told_proof(proof) for proof in showed.proofs],
    }
    return ", " + _dumped(told).removeprefix("{")


def _opening(asked: downloads.ListQuery) -> dict[str, Any]:
    letter, checkpoint = asked.letter, asked.checkpoint
    return {
        "letter": letter.slug,
        "page": page_of(letter),
        "source": about_file.source(asked),
        "terms": about_file.terms(asked),
        "texts": told_texts(letter=letter),
        "as_of": moment(checkpoint.as_of) if checkpoint else None,
        "size": checkpoint.size if checkpoint else 0,
        "root": base64_of(checkpoint.root) if checkpoint else "",
        "total": checkpoint.total if checkpoint else 0,
        "versions": told_versions(
            checkpoint=checkpoint,
            numbers=published_numbers(letters=[letter]).get(letter.pk, ()),
        ),
        "filters": {name: value for name, value in asdict(asked.filters).items() if value},
        "listed": asked.listed,
    }


def _dumped(told: object) -> str:
    return json.dumps(told, ensure_ascii=False)
