"""``python -m generator``."""

import gc
import sys

from generator.bytecode import keep_bytecode

if __name__ == "__main__":
    # A build ends before there is garbage worth collecting; `cli` turns this on again for commands that stay.
    gc.disable()
    keep_bytecode()
    from generator.cli import main

    sys.exit(main())
