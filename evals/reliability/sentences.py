"""What statistics say in words where rows keep it, for their writers and their readers."""

from labeling.kept import Counted, Kept

_HELD = ("statistic",)

# Names of statistics, as they stand in the sentences about them.
ALPHA, AC1, AC2 = Kept("alpha"), Kept("AC1"), Kept("AC2")
COHEN, WEIGHTED_KAPPA = Kept("Cohen's kappa"), Kept("weighted kappa")

# Why a statistic has no value.
NO_RATINGS = Kept("Nobody has rated here yet: %(statistic)s is undefined", held=_HELD)
ONE_RATER = Kept(
    "Only one expert rated here: agreement needs two, %(statistic)s is undefined", held=_HELD
)
NO_SHARED_UNIT = Kept(
    "No unit was rated by two experts: there is nothing to compare, %(statistic)s is undefined",
    held=_HELD,
)
SINGLE_UNIT = Kept(
    "Only one unit is shared: chance cannot be told from agreement, %(statistic)s is undefined",
    held=_HELD,
)
ONE_VALUE_BOTH = Counted(
    "Both experts gave the same answer on the one shared unit: agreement is perfect, "
    "%(statistic)s is undefined",
    "Both experts gave the same answer on all %(n)s shared units: agreement is perfect, "
    "%(statistic)s is undefined",
    held=_HELD,
)
ONE_VALUE_ALL = Counted(
    "All %(raters)s experts gave the same answer on the one shared unit: agreement is perfect, "
    "%(statistic)s is undefined",
    "All %(raters)s experts gave the same answer on all %(n)s shared units: agreement is perfect, "
    "%(statistic)s is undefined",
    held=_HELD,
)
ONE_LEVEL = Kept("The scale has a single level: %(statistic)s is undefined", held=_HELD)
NO_DECLARED_LEVELS = Kept(
    "The scale is continuous: %(statistic)s needs a declared list of levels and is undefined",
    held=_HELD,
)
TOO_MANY_LEVELS = Kept(
    "The scale has too many values to compare level by level: %(statistic)s is undefined",
    held=_HELD,
)
RATERS_NOT_CROSSED = Kept(
    "Too few experts rated several of the shared units to tell strict experts from poor "
    "responses: %(statistic)s is undefined",
    held=_HELD,
)
UNITS_ALIKE = Kept(
    "The shared units differ no more than the ratings of one unit: %(statistic)s is undefined",
    held=_HELD,
)
NO_REPEATS = Kept("Nothing was rated a second time: %(statistic)s is undefined", held=_HELD)
NO_PAIRS = Kept("No response has been rated by two experts yet.")

# How intervals are drawn, or why there are none.
ITEM_BOOTSTRAP = Kept("item bootstrap")
NORMAL_DRAW = Kept("normal draw by item")
LINEARISED = Kept("normal draw by item, linearised")
NO_INTERVAL = Kept("no interval: %(statistic)s is undefined", held=_HELD)
NO_RESAMPLES = Kept("no interval: no resamples were asked for")
NOTHING_SHARED = Kept("no interval: no unit was rated by two experts")
FEW_ITEMS = Counted(
    "no interval: %(n)s item with shared units, resampling needs %(least)s",
    "no interval: %(n)s items with shared units, resampling needs %(least)s",
)
UNBALANCED = Kept("no interval: a few items hold nearly all units")
OFTEN_UNDEFINED = Kept("no interval: undefined in %(missing)s of %(resamples)s resamples")

# Beside numbers that are not to be believed at once.
FEW_UNITS = Counted(
    "Only %(n)s unit is shared: no verdict below %(least)s.",
    "Only %(n)s units are shared: no verdict below %(least)s.",
)
ONE_CLASS = Kept(
    "Only one answer was ever given, so the ratings cannot tell experts who look from experts who "
    "do not."
)
PREVALENCE = Kept(
    "%(unanimous)s units are unanimous and chance alone would give about %(expected)s: most of "
    "this agreement is prevalence."
)
LOW_INFORMATION = Kept(
    "Low information: only %(rare)s ratings differ from the common answer. Add responses that "
    "should get the rare answer before judging the criterion."
)
NO_SIGNAL = Kept("The interval of alpha reaches chance: what looks agreed here is uninformative.")
NO_DISAGREEMENT = Kept(
    "Every resample gives the same alpha: resampling cannot show its uncertainty."
)
RESAMPLES_DROPPED = Kept(
    "%(undefined)s of %(resamples)s resamples held one value only and were left out."
)
SAYS_NOTHING = Kept(
    "Agreed but uninformative: on the responses that train (%(part)s) the interval of alpha "
    "reaches chance, so this agreement does not tell one of them from another."
)
FEW_COVERED = Kept(
    "In simulated studies with so few items, intervals that promise 95 %% held the truth only "
    "about %(times)s times in 100: read them as narrower than they should be."
)
FEW_AND_COMMON_COVERED = Kept(
    "In simulated studies with so few items and one answer so common, intervals that promise 95 %% "
    "held the truth only about %(times)s times in 100: read them as narrower than they should be."
)

# Within items.
WITHIN_TOO_MANY = Kept("Not measured within items where there are so many of them.")
WITHIN_TOO_LONG = Kept("Not measured within items on so long a scale.")
WITHIN_NOT_SHARED = Kept("No item has two responses that two experts have rated.")
WITHIN_ALIKE = Kept("All ratings of an item are equal, in every item.")

# Experts compared.
NOBODY_RATED = Kept("Nobody has rated here yet.")
FEW_RATERS = Kept("Fewer than %(least)s experts rated here.")
FEW_RATED_ITEMS = Kept("Fewer than %(least)s items were rated.")
FEW_RATINGS = Kept("Fewer than %(least)s experts gave %(ratings)s ratings or more.")
DISCONNECTED = Kept("The experts fall into groups without a common unit between them.")
DAWID_SKENE = Kept("Experts are weighed by how well they fit together (Dawid and Skene).")
PLAIN = Kept("Every expert weighs the same.")
NOT_ROUTED = Kept("Units are routed on scales of two to %(most)s levels only.")
BIMODAL = Kept("The answers fall into two groups.")
TIE = Kept("No answer was given more often than every other.")
OUTVOTED = Kept("The model believes an answer that most experts did not give.")
UNSURE = Kept("The experts differ, and no answer is sure enough to be called the right one.")
BELIEF_RATINGS = Kept("Only %(ratings)s ratings: %(least)s are needed.")
NOT_COMPARED = Kept("Nothing to compare with.")
NO_VARIATION = Kept("There is no variation to compare.")
NO_LENIENCY = Kept("The levels have no order, so nobody is lenient.")
NONE_SHARED = Kept("None of this expert's units was rated by another one.")
FEW_SHARED = Kept("Only %(units)s shared units: %(least)s are needed.")
FEW_BEFORE = Kept("Only %(answers)s answers with one before: %(least)s are needed.")
NO_COMMON_CRITERIA = Kept("No two criteria were rated by two experts on common responses.")
FEW_COMPARABLE = Kept("Only %(ratings)s comparable ratings: %(least)s are needed.")
ONE_ORDERED = Kept("It takes two criteria whose levels have an order.")
NO_SECOND = Kept("Nothing was rated a second time.")
NO_TIMES = Kept("These ratings came all at once: in which order they were given is not known.")

# One expert's answers.
CONTINUOUS = Kept("The scale is continuous: answers are near or far, not equal.")
NO_ORDER = Kept("The levels have no order.")
ALL_NEAR = Kept("On fewer than four ordered levels nearly everything is near.")
ALONE = Kept("No other expert rated these units.")
NOT_SETTLED = Kept("None of these units has a settled answer yet.")
NO_GOLD = Kept("No gold unit was answered yet.")
HIDDEN_GOLD = Kept("Hidden gold estimates; pass marks belong to practice.")
FEW_GOLD = Kept("Only %(units)s gold units: no verdict below %(least)s.")
FEW_TIMED = Kept("Only %(ratings)s ratings were timed: %(least)s are needed.")
FEW_ANSWERS = Kept("Only %(answers)s answers: two windows of %(least)s are needed.")
MOVED = Kept(
    "%(first)s of the first %(window)s were right and %(last)s of the last %(window)s (p = "
    "%(p)s). Only a drop of %(drop)s points or more would have been seen four times of five."
)
MOVED_UNSEEN = Kept(
    "%(first)s of the first %(window)s were right and %(last)s of the last %(window)s (p = "
    "%(p)s). No drop could have been proved with so few answers."
)
