WITH written AS (
INSERT INTO signatures_signature (letter_id, translation_id, version, public_id, state, level,
email, email_key, name, name_key, name_latin, profession, country, credit, affiliation, kind,
language, consent_publish, consent_updates, consent_version, consented_at, revision, salt,
nonce, code_tries, network_key, without_work, came_from,
created_at, asked_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (letter_id, email_key) DO UPDATE
SET
affiliation = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.affiliation ELSE signatures_signature.affiliation END,
asked_at = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.asked_at ELSE signatures_signature.asked_at END,
came_from = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.came_from ELSE signatures_signature.came_from END,
consent_publish = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.consent_publish ELSE signatures_signature.consent_publish END,
consent_updates = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.consent_updates ELSE signatures_signature.consent_updates END,
consent_version = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.consent_version ELSE signatures_signature.consent_version END,
consented_at = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.consented_at ELSE signatures_signature.consented_at END,
country = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.country
ELSE signatures_signature.country END,
created_at = CASE WHEN signatures_signature.revision = 0 THEN excluded.created_at ELSE
signatures_signature.created_at END,
credit = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.credit
ELSE signatures_signature.credit END,
email = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.email
ELSE signatures_signature.email END,
kind = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.kind ELSE
signatures_signature.kind END,
language = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.language ELSE signatures_signature.language END,
level = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.level
ELSE signatures_signature.level END,
name = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.name ELSE
signatures_signature.name END,
name_key = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.name_key ELSE signatures_signature.name_key END,
name_latin = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.name_latin ELSE signatures_signature.name_latin END,
network_key = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.network_key ELSE signatures_signature.network_key END,
profession = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.profession ELSE signatures_signature.profession END,
public_id = CASE WHEN signatures_signature.state = 'withdrawn' THEN excluded.public_id ELSE
signatures_signature.public_id END,
salt = CASE WHEN signatures_signature.state = 'withdrawn' THEN excluded.salt ELSE
signatures_signature.salt END,
state = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.state
ELSE signatures_signature.state END,
translation_id = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.translation_id ELSE signatures_signature.translation_id END,
version = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN excluded.version
ELSE signatures_signature.version END,
without_work = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN
excluded.without_work ELSE signatures_signature.without_work END, revision = signatures_signature.revision + CASE WHEN
signatures_signature.state = 'withdrawn' THEN 1 WHEN signatures_signature.state = 'pending'
AND NOT (signatures_signature.translation_id = excluded.translation_id AND
signatures_signature.name = excluded.name AND signatures_signature.profession =
excluded.profession AND signatures_signature.country = excluded.country AND
signatures_signature.credit = excluded.credit AND signatures_signature.affiliation =
excluded.affiliation AND signatures_signature.kind = excluded.kind AND
signatures_signature.consent_publish = excluded.consent_publish AND
signatures_signature.consent_updates = excluded.consent_updates AND
signatures_signature.consent_version = excluded.consent_version) THEN 1 ELSE 0 END,
number = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN NULL ELSE
signatures_signature.number END,
withdrawn_at = CASE WHEN signatures_signature.state IN ('pending', 'withdrawn') THEN NULL ELSE
signatures_signature.withdrawn_at END
RETURNING id, revision, state ), chained AS (
INSERT INTO signatures_delivery (signature_id, message, state, due_at, attempts, created_at)
SELECT written.id, CASE WHEN written.state = 'pending' THEN 'confirmation' ELSE 'already_signed'
END, 'owed', %s, 0, %s
FROM written
WHERE (
SELECT count(*)
FROM signatures_delivery
WHERE signature_id = written.id AND created_at > %s
) < %s ON CONFLICT DO NOTHING
RETURNING id
)
SELECT *
FROM written
