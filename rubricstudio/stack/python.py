"""`./run python`: where the Python of the environment is, for other tools to call."""

from collections.abc import Sequence

from rubricstudio.stack import environment
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.arguments import parser
from rubricstudio.stack.places import ROOT
from rubricstudio.stack.speech import answer


def main(arguments: Sequence[str]) -> int:
    """Make the environment and print the path of its Python."""
    options = parser("python", __doc__)
    options.add_argument("--test", action="store_true", help="with what the tests need")
    lock = "requirements-test.lock" if options.parse_args(arguments).test else "requirements.lock"
    answer(str(environment.ensure(ROOT / lock, service_account()).python))
    return 0
