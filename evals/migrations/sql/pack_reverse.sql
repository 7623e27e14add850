DROP AGGREGATE evals_pack (bigint);
