"""RFT datasets: rows, grader, rubrics and manifest of a release. Pure: no Django, no network."""
