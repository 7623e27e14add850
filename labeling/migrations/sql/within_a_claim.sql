-- These are only called from functions that have set the planner already: setting it again and
-- back costs each claim and submit more than what they do.
ALTER FUNCTION labeling_fresh(bigint, bigint, integer, integer, integer) RESET ALL;
ALTER FUNCTION labeling_passed_on(bigint, bigint, boolean) RESET ALL;
ALTER FUNCTION labeling_seat_again(bigint, bigint, timestamptz, integer) RESET ALL;
ALTER FUNCTION labeling_seat_told(bigint) RESET ALL;
ALTER FUNCTION labeling_mixed_in(bigint, bigint, integer) RESET ALL;
