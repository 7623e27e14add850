DROP TRIGGER rubricversion_fates_fit ON labeling_rubricversion;
DROP FUNCTION labeling_fates_fit();
