"""``python -m generator``."""

import sys

from generator.bytecode import keep_bytecode

if __name__ == "__main__":
    # Before anything else is imported.
    keep_bytecode()
    from generator.cli import main

    sys.exit(main())
