"""YAML as JSON could say it: what would change its meaning on the way is refused.

YAML of old reads `no` as false, `1:30` as 90, `010` as 8 and a date as a date; here these are the
texts they look like, and dates and numbers that are none are refused by name. Aliases share what
they point to, within a limit; keys that stand twice, tags and merge keys are refused.
"""

from labeling.strict_yaml.reading import InvalidYaml, loads
from labeling.strict_yaml.writing import dumps

__all__ = ["InvalidYaml", "dumps", "loads"]
