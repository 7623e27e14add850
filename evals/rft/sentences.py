"""What a release says of its files in words, where its manifest keeps it."""

from labeling.kept import Counted, Kept

# Beside the files.
EMPTY = Kept("%(split)s.jsonl is empty; trainers ask for both files.")
UNRUN = Kept("The checks of %(criteria)s cannot be run yet; the judge grades them.")
SWITCHED = Kept("Not released on every row: %(criteria)s; there the row switches them off.")
PARTED = Kept("Two braces in a row were parted by a space in %(criteria)s.")
NO_REFERENCE = Kept("Some row has no reference, so the judge sees none on any row.")
FEW_ROWS = Counted(
    "%(file)s has %(n)s row; OpenAI takes no fewer than %(least)s.",
    "%(file)s has %(n)s rows; OpenAI takes no fewer than %(least)s.",
)

# Why an item, or an answer to it, is no row.
OF_ANSWER = Kept("%(response)s: %(why)s", held=("why",))
LACKING = Kept("it lacks the fields %(fields)s")
NO_MESSAGES = Kept("it has no messages")
LAST_ROLE = Kept("its last message is of the role %(role)s, the model must answer a user")
FIELD = Kept("the field %(field)s is not a text")
FULL = Kept("%(split)s.jsonl is full with %(most)s rows")
OTHER_FIELDS = Kept("its fields differ from those of the other rows: %(fields)s")
SAME_ID = Kept("its id is in the dataset already")
SAME_PROMPT = Kept("its prompt stands in %(file)s already")
SAME_ANSWER = Kept("the same answer to the same prompt is there already")
MESSAGE = Kept("a message is not an object")
ROLE = Kept("the role %(role)s cannot be trained on")
BLOCK = Kept("content of the type %(kind)s cannot be trained on, only text and images")
CONTENT = Kept("the content of a message is not a text")
TOOLS = Kept("its tools are not a list")
TOOL_NAME = Kept("tool %(number)s has no name of 1 to 64 letters, digits, _ and -")
OWN_RUBRIC = Kept(
    "it has a rubric of its own, and the grader of this release holds one for all rows"
)
NOT_RATED_BY_IT = Kept("the item has a rubric of its own, by which nobody rated the answer here")
