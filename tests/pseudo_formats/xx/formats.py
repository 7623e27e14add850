"""How the made-up language writes: no file, address or input value may follow it."""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
DATE_FORMAT = "j. F Y"
