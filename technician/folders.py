"""Where what is kept on this machine lies."""

from pathlib import Path


def data_folder():
    """Where a terminal on this desk keeps its data unless it is told otherwise."""
    import platformdirs

    return Path(platformdirs.user_data_dir("gatepost"))
