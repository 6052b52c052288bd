WITH written AS (
UPDATE signatures_signature
SET state = 'confirmed', level = 1, confirmed_at = %s, translation_id = %s, version = %s
WHERE id = %s AND state = 'pending' AND revision = %s AND EXISTS (
SELECT 1
FROM letters_letter
WHERE id = letter_id AND state = 'published' AND halted_at IS NULL AND (opens_at IS NULL OR
opens_at <= %s OR EXISTS (
SELECT 1
FROM signatures_signinginvitation AS invited
WHERE invited.signature_id = signatures_signature.id AND invited.state = 'accepted'
))
AND (closes_at IS NULL OR closes_at > %s)
AND NOT vets_everyone
)
AND NOT EXISTS (
SELECT 1
FROM letters_text AS newer
WHERE newer.letter_id = signatures_signature.letter_id AND newer.published_at IS NOT NULL AND
newer.number > %s
)
AND NOT EXISTS (
SELECT 1
FROM signatures_turnedaway
WHERE signature_id = signatures_signature.id AND cleared_at IS NULL
)
RETURNING id, letter_id, public_id ), chained AS (
INSERT INTO letters_event (letter_id, kind, signature_id, public_id, level, text_sha256,
commitment, before, after, reason, told_name)
SELECT letter_id, %s, id, public_id, CAST(%s AS smallint), COALESCE((SELECT sha256
FROM letters_translation
WHERE id = %s), ''), %s, %s, %s, %s, %s
FROM written
RETURNING id
)
SELECT *
FROM written
