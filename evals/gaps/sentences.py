"""What a selection says in words: every text that it freezes, for its writer and its readers."""

from labeling.kept import Counted, Kept

# Steps of the funnel.
ALL = Kept("all")
ENOUGH_RATERS = Kept("with enough raters")
UNANIMOUS = Kept("unanimous")
CLEAR = Kept("clear")
UNANIMOUS_LOW = Kept("unanimous at the lowest level")
OF_THE_KINDS = Kept("of the generator kinds")
SETTLED = Kept("with a consensus on every released criterion")
GRADED_BY = Kept("graded by %(grader)s")
AT_MOST = Kept("at or under the maximum")
HAS_RESPONSE = Kept("with a response of the generator kinds")
HAS_POINTS = Kept("released criteria carry enough points")
HAS_GATES = Kept("every gate released")
IS_LOW = Kept("mean reward within its bounds")
IS_COMPLETE = Kept("nothing missing")
IS_NO_EXAMPLE = Kept("no worked example of the guidelines")

# Why an item is out, or cannot be decided yet.
# What a rubric shows as an example must not come from what tests it: a judge is told the answer.
EXAMPLE = Kept("the guidelines show it as a worked example with its settled answer")
NO_RESPONSE_OF = Kept("it has no response of %(generator)s")
NO_RESPONSE = Kept("it has no response of the kinds %(kinds)s")
NO_POINTS = Kept("no criterion that applies to it carries points")
NO_REWARD = Kept("no released criterion has positive points, so it has no reward")
TOO_FEW_POINTS = Kept("released criteria carry %(share)s of its points, %(least)s are needed")
GATE = Kept("the gate %(key)s is not released")
UNREWARDED = Kept("no reward for %(missing)s of %(total)s: %(responses)s", held=("responses",))
UNREWARDED_ONE = Kept("%(response)s (%(why)s)", held=("why",))
TOO_HIGH = Counted(
    "mean reward %(mean)s over %(n)s response is above %(most)s",
    "mean reward %(mean)s over %(n)s responses is above %(most)s",
)
# Among items on which everything fails, far more have a wrong reference or rubric than elsewhere.
TOO_LOW = Counted(
    "mean reward %(mean)s over %(n)s response is not above %(least)s: nothing shows that it can be "
    "done, so its reference or rubric may be wrong",
    "mean reward %(mean)s over %(n)s responses is not above %(least)s: nothing shows that it can "
    "be done, so its reference or rubric may be wrong",
)
NOT_RATED = Kept("ratings are missing on %(criteria)s")
NOT_ASKED_YET = Kept("not asked yet under version %(version)s: %(waiting)s", held=("waiting",))
NOT_ASKED = Kept(
    "not asked under version %(version)s before the batch was closed: %(waiting)s",
    held=("waiting",),
)
WAITING = Counted(
    "`%(key)s`, %(raters)s of %(least)s",
    "`%(key)s`, %(raters)s of %(least)s on %(n)s responses",
)
WAITING_APART = Counted(
    "`%(key)s`, %(fewest)s to %(most)s of %(least)s",
    "`%(key)s`, %(fewest)s to %(most)s of %(least)s on %(n)s responses",
)

# Why a response has no reward, or does not pass.
NOT_GRADED = Kept("not graded yet")
GRADER_FAILED = Kept("the grader failed on it")
UNDEFINED = Kept("no reward is defined")
MISSING_ON = Kept("%(missing)s on %(key)s", held=("missing",))
SHORT_OF = Kept("%(key)s: %(missing)s", held=("missing",))
NOT_MET = Kept("not met")
NOTHING_ASKED = Kept("no criterion applies")
RATERS = Kept("%(raters)s of %(least)s raters")
RULED_OPEN = Kept("an adjudicator's ruling that no single answer is right")
TIE = Kept("a tie")
NOT_ASSESSED = Kept("most raters could not assess it")

# What stands beside the numbers.
PREVALENCE = Kept(
    'Most of this "agreement" is prevalence: %(lowest)s units are unanimous at the lowest level, '
    "%(chance)s would be by chance."
)
PREVALENCE_P = Kept(
    'Most of this "agreement" is prevalence: %(lowest)s units are unanimous at the lowest level, '
    "%(chance)s would be by chance (p %(p)s)."
)
SAME_LABELS = Kept(
    "Same-labels difficulty: the ratings that settle the consensus also say that models score low, "
    "so difficulty is selected with its own noise. A second sample of responses or an independent "
    "grade is needed before production."
)
FLAT = Kept(
    "Agreed but uninformative: on the generator kinds the lower bound of alpha is 0 or less for "
    "%(criteria)s; these tell no response of an item from another."
)
UNKNOWN_ALPHA = Kept(
    "Alpha on the generator kinds is not known for %(criteria)s; whether these tell responses "
    "apart was not shown."
)
FEW_MET = Kept("Fewer than %(least)s clear met units: %(criteria)s.")
FEW_UNMET = Kept("Fewer than %(least)s clear unmet units: %(criteria)s.")
GATES_LEFT_OUT = Kept("The rule leaves out gates of the rubric: %(gates)s.")
NOTHING_EARNED = Kept(
    "On %(nothing)s of %(total)s items that are in, no response earns anything. Nothing shows that "
    "these can be done, so a reference or the rubric may be wrong, and a trainer finds no reward "
    "to follow; low.min 0 leaves them out."
)
NOTHING_IN = Kept("No item is in: nothing can be exported.")
NO_VALIDATION = Kept("The validation file will be empty: trainers ask for one.")
ITEMS_WAIT = Counted(
    "Not asked yet under version %(version)s: %(criteria)s; %(n)s item waits for it.",
    "Not asked yet under version %(version)s: %(criteria)s; %(n)s items wait for it.",
)
SHUFFLED = Kept(
    "Shuffled within each generator, chance alone gives %(mean)s units unanimous at the lowest "
    "level (p %(p)s); %(observed)s were seen."
)
SHUFFLED_AWAY = Kept(
    "Shuffled within each generator, chance alone gives %(mean)s units unanimous at the lowest "
    "level (p %(p)s); %(observed)s were seen. So even the small excess over chance comes from "
    "differences between generators, not from telling one response of a generator from another."
)
KIND_ALPHA = Counted(
    "On responses of the kind %(kinds)s alpha has a median of %(median)s over %(n)s criterion "
    "(%(low)s to %(high)s).",
    "On responses of the kind %(kinds)s alpha has a median of %(median)s over %(n)s criteria "
    "(%(low)s to %(high)s).",
)
CONTINUOUS = Kept("Clarity needs levels, so units of the continuous %(criteria)s are never clear.")
