DROP FUNCTION labeling_claim_together(bigint, bigint);
DROP FUNCTION labeling_lease_beside(bigint);
