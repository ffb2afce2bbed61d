"""Photo: from the camera's folder, newest first; seen, checked, kept with the case."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from rich.color import Color
from rich.style import Style
from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui.bindings import Screen
from counter_tui.case.case import Case
from counter_tui.failure import Failure
from counter_tui.photo.photos import Finished, finish, in_folder
from counter_tui.screens.frame import Frame
from counter_tui.words import N_
from intake import photos
from widgets.rows import RowList, Rows

_SHADES = " ░▒▓█"


class PhotoScreen(Frame):
    """Arrows choose a file, Enter looks at it, Enter again takes it."""

    place: Screen = "photo"

    DEFAULT_CSS = """
    PhotoScreen #photo-files { width: 1fr; }
    PhotoScreen #photo-seen { width: 32; }
    PhotoScreen #photo-keys { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.files = RowList(id="photo-files")
        self.seen = Rows(id="photo-seen")
        self.hint = Rows(id="photo-keys")
        self.found: list[Path] = []
        self.finished: tuple[Path, Finished] | None = None

    def body(self) -> Widget:
        return Vertical(Horizontal(self.files, self.seen), self.hint, id="body")

    def title_text(self) -> str:
        return self.words(N_("Photo, free of charge"))

    @property
    def case(self) -> Case | None:
        """The open case."""
        return self.counter.desk.case if self.counter.desk else None

    @property
    def subject(self) -> str:
        return self.case.draft.id if self.case else ""

    def on_screen_resume(self) -> None:
        self.finished = None
        self.found = in_folder(self.counter.config.photo.folder)
        super().on_screen_resume()
        self.files.focus()

    def on_screen_suspend(self) -> None:
        # Nobody's face stays in a screen that is out of sight.
        self.finished = None
        self.seen.show([])

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        none = N_("No photo in the camera's folder; n names a file, or set [photo] folder.")
        self.files.show([f" {one.name}" for one in self.found] or [f" {words(none)}"])
        keys = N_("Enter look at it, again: take it  n name a file  r look into the folder again")
        self.hint.show([f" {words(keys)}"])
        self.seen.show(preview(self.finished[1], self.colours) if self.finished else [])

    @property
    def colours(self) -> int:
        """How many colours the line has: 0 for none."""
        system = self.app.console.color_system
        return {None: 0, "standard": 16}.get(system, 256)

    async def on_key(self, event: Key) -> None:
        if self.dialog.visible or self.box.visible:
            return
        if event.key == "n":
            event.stop()
            self.run_worker(self._ask_file(), group="ask", exclusive=True)
        elif event.key == "r":
            event.stop()
            self.on_screen_resume()

    async def _ask_file(self) -> None:
        words = self.words
        typed = await self.dialog.ask(words(N_("Photo")), [], words(N_("File")))
        if typed:
            await self._look(Path(typed.strip()))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.finished = None
        self.seen.show([])

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.finished is not None:
            self.run_worker(self._keep(*self.finished), group="photo", exclusive=True)
        elif event.index < len(self.found):
            self.run_worker(self._look(self.found[event.index]), group="photo", exclusive=True)

    async def _look(self, path: Path) -> None:
        case = self.case
        if case is None:
            return
        self.flash(self.words(N_("Opening the photo …")))
        try:
            made = await finish(path, photos.rules(case.pack, self.counter.now().date()))
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
            return
        self.finished = (path, made)
        self.rewrite()
        said = N_("Right by the rules: {width} by {height} pixels, {kilobytes} KB. Enter takes it.")
        if not made.light:
            said = N_("The background looks dark: look closely. Enter takes it all the same.")
        size = len(made.content) // 1024
        self.flash(
            self.words(said, width=made.width, height=made.height, kilobytes=size)
            if made.light
            else self.words(said)
        )

    async def _keep(self, path: Path, made: Finished) -> None:
        case, desk = self.case, self.counter.desk
        if case is None or desk is None:
            return
        of = UUID(case.draft.id)
        try:
            sha256 = await self.counter.office.ask(
                lambda store: store.blobs.keep(of, "image/jpeg", made.content)
            )
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
            return
        kept = {
            "sha256": sha256,
            "width": made.width,
            "height": made.height,
            "taken_on": made.taken_on,
        }
        case.change(replace(case.draft, photo=kept))
        desk.put_material("photo", None, "present")
        await self.counter.go_back()
        self.counter.frame.flash(self.words(N_("The photo is with the case.")))


def preview(made: Finished, colours: int) -> list[Text]:
    """Two pixels a sign by half blocks; five shades where there are no 256 colours."""
    wide, high = made.preview_size

    def pixel(x: int, y: int) -> tuple[int, int, int]:
        at = (y * wide + x) * 3
        return made.preview[at], made.preview[at + 1], made.preview[at + 2]

    lines = []
    for y in range(0, high - 1, 2):
        line = Text(end="")
        for x in range(wide):
            upper, lower = pixel(x, y), pixel(x, y + 1)
            if colours >= 256:
                line.append("▀", Style(color=_colour(upper), bgcolor=_colour(lower)))
            else:
                grey = (sum(upper) + sum(lower)) // 6
                line.append(_SHADES[min(grey * len(_SHADES) // 256, len(_SHADES) - 1)])
        lines.append(line)
    return lines


def _colour(pixel: tuple[int, int, int]) -> Color:
    return Color.from_ansi(
        16 + sum(part * 6 // 256 * by for part, by in zip(pixel, (36, 6, 1), strict=True))
    )
