"""`python -m tinyface_core`: the command line."""

from tinyface_core.commands.app import main

if __name__ == "__main__":
    main()
