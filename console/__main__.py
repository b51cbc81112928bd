"""`python -m console` and the `fengsui` command."""

import sys

from console.cli import main

if __name__ == "__main__":
    sys.exit(main())
