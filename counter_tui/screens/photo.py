"""Photo: an earlier one used again, or one from the camera's folder; seen, checked, kept."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui.bindings import Screen
from counter_tui.case.case import Case
from counter_tui.case.taking_over import with_photo
from counter_tui.failure import Failure
from counter_tui.photo import earlier
from counter_tui.photo.earlier import EarlierPhoto
from counter_tui.photo.photos import Finished, Preview, finish, in_folder, seen
from counter_tui.screens.columns import wrapped
from counter_tui.screens.frame import Frame
from counter_tui.screens.picture import Brush, brush, drawn
from counter_tui.store import Store
from counter_tui.words import N_
from intake import photos
from widgets.rows import Line, RowList, Rows

TROUBLES: Final = {
    "unreachable": N_("The centre cannot be reached, so this photo cannot be shown here."),
    "not-found": N_("The centre does not have the file, or may not show it here."),
    "other-bytes": N_("What came is another file than the application names; it is not shown."),
}
UNSEEN: Final = N_("Enter takes it unseen: it is known by its hash, and the centre holds it.")


class PhotoScreen(Frame):
    """Arrows choose, Enter looks at a file and then takes it; an earlier photo shows by itself."""

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
        self.earlier: list[EarlierPhoto] = []
        self.found: list[Path] = []
        self.finished: tuple[Path, Finished] | None = None
        self.preview: Preview | None = None
        self._awaited = ""
        """The hash of the earlier photo that the centre was asked for."""
        self._looked_at: Path | None = None
        """The file that is being opened or shown."""

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

    def come_into_sight(self) -> None:
        self._drop()
        known, case = self.counter.matters, self.case
        self.earlier = known.photos_for(case.draft) if known and case else []
        self.found = in_folder(self.counter.config.photo.folder)
        super().come_into_sight()
        self.files.move_to(0)
        self.files.focus()
        self._look_at_earlier()

    def on_screen_suspend(self) -> None:
        # Nobody's face stays in a screen that is out of sight.
        self._drop()

    def _drop(self) -> None:
        self.finished = self.preview = None
        self._awaited, self._looked_at = "", None
        self.seen.show([])

    def on_store_moved(self) -> None:
        if self._awaited:
            self._look_at_earlier()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        none = N_("The camera's folder is empty; n names a file.")
        rows: list[Line] = [self._row(one) for one in self.earlier]
        rows += [f" {one.name}" for one in self.found]
        if not self.found:
            rows.append(f" {words(none)}")
        self.files.show(rows)
        keys = N_("Enter look at it, again: take it  n name a file  r look into the folder again")
        self.hint.show([f" {words(keys)}"])
        self.seen.show(drawn(self.preview, self._brush) if self.preview else [])

    def _row(self, one: EarlierPhoto) -> str:
        words = self.words
        text = N_("usable to {day}") if one.usable(self._today) else N_("was usable to {day}")
        return f" {one.number}  {one.taken}  {words(text, day=one.until)}"

    @property
    def _today(self) -> date:
        return self.counter.now().date()

    @property
    def current(self) -> EarlierPhoto | None:
        """The earlier photo under the cursor."""
        at = self.files.cursor
        return self.earlier[at] if at < len(self.earlier) else None

    @property
    def _brush(self) -> Brush:
        colours = {None: 0, "standard": 16}.get(self.app.console.color_system, 256)
        return brush(self.counter.shown.able, colours)

    # Keys

    async def on_key(self, event: Key) -> None:
        if self.dialog.visible or self.box.visible:
            return
        if event.key == "n":
            event.stop()
            self.run_worker(self._ask_file(), group="ask", exclusive=True)
        elif event.key == "r":
            event.stop()
            self.come_into_sight()

    async def _ask_file(self) -> None:
        words = self.words
        typed = await self.dialog.ask(words(N_("Photo")), [], words(N_("File")))
        if typed:
            await self._look(Path(typed.strip()))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._drop()
        self._look_at_earlier()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        at = event.index - len(self.earlier)
        if self.finished is not None:
            self.run_worker(self._keep(*self.finished), group="photo", exclusive=True)
        elif at < 0:
            self.run_worker(
                self._take_earlier(self.earlier[event.index]), group="photo", exclusive=True
            )
        elif at < len(self.found):
            self.run_worker(self._look(self.found[at]), group="photo", exclusive=True)

    # An earlier photo

    def _look_at_earlier(self) -> None:
        one = self.current
        if one is not None:
            self.run_worker(partial(self._show_earlier, one), group="photo", exclusive=True)

    async def _show_earlier(self, one: EarlierPhoto) -> None:
        """Show it from here or as it comes from the centre, and say what it is."""
        if not one.usable(self._today):
            self.flash(self._too_old(one), bad=True)
            return
        sha256, first = one.photo.sha256, self._awaited != one.photo.sha256

        def look(store: Store) -> tuple[bytes | None, str]:
            content = earlier.content(store, sha256)
            if content is None and first:
                earlier.ask(store, sha256)
            return content, earlier.problem(store, sha256)

        try:
            content, problem = await self.counter.office.ask(look)
            picture = await seen(content) if content else None
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
            return
        if one is not self.current:
            return
        self._awaited = "" if picture else sha256
        self.preview = picture
        if picture is not None:
            self.rewrite()
            said = N_("Of {number}, taken {taken}, usable to {until}. Enter takes it.")
            self.flash(
                self.words(said, number=one.number, taken=one.taken, until=one.until),
            )
            return
        if first:
            self.counter.office.wake_agent()
        said = TROUBLES.get(problem, N_("Asking the centre for the photo …"))
        self._tell(said, UNSEEN)
        self.flash(self.words(said), bad=bool(problem))

    def _tell(self, *texts: str) -> None:
        """Sentences where the picture would be."""
        lines: list[Line] = []
        for text in texts:
            lines += [*wrapped(self.words(text), self.seen.size.width - 2), ""]
        self.seen.show(lines)

    def _too_old(self, one: EarlierPhoto) -> str:
        if not one.held:
            return self.words(N_("Its file has not reached the centre; take a new photo."))
        said = N_("Taken {taken}; at this age a photo is used for {days} days, so to {until}.")
        days = (one.until - one.taken).days
        return self.words(said, taken=one.taken, days=days, until=one.until)

    async def _take_earlier(self, one: EarlierPhoto) -> None:
        case, desk = self.case, self.counter.desk
        if case is None or desk is None:
            return
        if not one.usable(self._today):
            self.flash(self._too_old(one), bad=True)
            return
        desk.put(with_photo(case.draft, one.for_draft))
        await self.counter.go_back()
        said = N_("The photo of {number} is with the case; Ctrl+U takes it back.")
        self.counter.frame.flash(self.words(said, number=one.number))

    # A file

    async def _look(self, path: Path) -> None:
        case = self.case
        if case is None:
            return
        self._drop()
        self._looked_at = path
        self.flash(self.words(N_("Opening the photo …")))
        try:
            made = await finish(path, photos.rules(case.pack, self._today))
        except Failure as failure:
            if self._looked_at is path:
                self.flash(failure.said(self.words), bad=True)
            return
        if self._looked_at is not path:
            # The cursor went on meanwhile, or the clerk left: Enter would take what is not seen.
            return
        self.finished, self.preview = (path, made), made.preview
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
        if desk.case is not case or self.counter.frame is not self:
            # The next person came while the disk was slow; the file is where it was.
            return
        desk.put(with_photo(case.draft, kept))
        await self.counter.go_back()
        self.counter.frame.flash(self.words(N_("The photo is with the case.")))
