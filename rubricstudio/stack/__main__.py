"""`python -m rubricstudio.stack COMMAND`, which is what the file `run` calls."""

import sys

from rubricstudio.stack.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
