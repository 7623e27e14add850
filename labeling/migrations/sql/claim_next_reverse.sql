DROP FUNCTION labeling_expire_leases();
DROP FUNCTION labeling_vacate(bigint[], text, text);
DROP FUNCTION labeling_claim_next(bigint, bigint);
DROP FUNCTION labeling_retake(bigint, text, timestamptz);
DROP FUNCTION labeling_free_slot(bigint, bigint, integer);
