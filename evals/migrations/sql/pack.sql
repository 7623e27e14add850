-- The sum of bigints as a bigint: the built-in sum makes numerics, which are slower by half.
CREATE AGGREGATE evals_pack (bigint) (
    SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE
);
