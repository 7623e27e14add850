"""How the made-up language of the tests writes numbers and dates."""
