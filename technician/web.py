"""`gatepost web`: the desk as a static page, and a little server to look at it."""

from pathlib import Path
from typing import Annotated

import typer


def web(
    folder: Annotated[Path, typer.Argument(help="Where the page is built.", file_okay=False)] = Path("build/web"),
    serve: Annotated[
        int | None,
        typer.Option(metavar="PORT", help="Also serve it on this port of localhost; 0: any.", min=0, max=65535),
    ] = None,
):
    """The desk as a page that needs no server of ours: the terminal runs in the browser, in MicroPython WebAssembly."""
    import platformdirs

    from simulator import page_build

    built = page_build.build(folder, Path(platformdirs.user_cache_dir("gatepost")))
    size = sum(path.stat().st_size for path in built.iterdir())
    typer.echo(
        "%s: %d KB in %d files; any web server can carry them" % (built, size // 1024, len(list(built.iterdir())))
    )
    if serve is not None:
        server = page_build.server(built, serve)
        typer.echo("http://127.0.0.1:%d/" % server.server_address[1])
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
