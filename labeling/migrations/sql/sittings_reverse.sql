DROP FUNCTION labeling_claim_sitting(bigint, bigint);
DROP FUNCTION labeling_lease_further(bigint);
