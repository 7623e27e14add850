DROP FUNCTION labeling_analyse_ratings();
