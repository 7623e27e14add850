DROP FUNCTION labeling_submit(bigint, bigint, jsonb, boolean);
DROP FUNCTION labeling_seat_told(bigint);
DROP FUNCTION labeling_record(bigint, jsonb);
