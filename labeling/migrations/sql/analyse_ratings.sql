-- The application's role owns no table, and only owners may have theirs analysed. After an import,
-- and until the database's own daemon comes round, the planner would take a large batch for a small
-- one.
CREATE FUNCTION labeling_analyse_ratings() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    ANALYZE labeling_score, labeling_rating, labeling_assignment, labeling_response, labeling_item;
END $$;
REVOKE EXECUTE ON FUNCTION labeling_analyse_ratings() FROM PUBLIC;
