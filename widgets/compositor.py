"""Composes the screen out of what is in sight only.

The third place where we reach behind Textual's public face, after `seams` and `shown`.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from textual._compositor import Compositor, ReflowResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class TidyCompositor(Compositor):
    """Neither cuts nor paints what is covered, and paints no widget for another's sake.

    Replaces `Compositor.cuts`, which cuts every line at every widget's edge, covered or not (a wide
    character that lies across such an edge becomes two blanks); `_render_chops`, which for one
    typed letter renders every widget of the screen; `reflow`, after which everything is arranged
    once more and each widget that comes or goes is told so; and `update_widgets`, which has
    everything arranged for a change of what is hidden.
    """

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        hidden, shown, resized = super().reflow(parent, size)
        self._full_map_invalidated = False
        for widget, geometry in self._full_map.items():
            if not isinstance(widget, ScrollView):
                # A reactive that lays out: each widget's first layout asked for another one.
                widget.set_reactive(Widget.virtual_size, geometry.virtual_size)  # type: ignore[arg-type]
        return ReflowResult(
            # Only the cursor has to leave a widget that goes.
            hidden={widget for widget in hidden if widget is parent.screen.focused},
            # What comes back as large as it was needs no message; each costs a turn of its own.
            shown={one for one in shown if one.outer_size != self._full_map[one].region.size},
            resized=resized,
        )

    def update_widgets(self, widgets: set[Widget]) -> None:
        super().update_widgets(self.visible_widgets.keys() & widgets)

    @property
    def cuts(self) -> list[list[int]]:
        if self._cuts is None:
            width, height = self.size
            cuts = [{0, width} for _ in range(height)]
            spans: list[list[tuple[int, int]]] = [[] for _ in range(height)]
            # Front to back: a line of a widget that lies behind one other shows nothing.
            for region, clip in self.visible_widgets.values():
                x, y, wide, high = Region.intersection(region, clip)
                for line in range(y, y + high) if wide else ():
                    if not any(left <= x and x + wide <= right for left, right in spans[line]):
                        spans[line].append((x, x + wide))
                        cuts[line] |= {x, x + wide}
            self._cuts = [sorted(line) for line in cuts]
        return self._cuts

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        left, right = crop.column_span
        unpainted = {
            y: {cut for cut, end in pairwise(cuts[y]) if cut < right and end > left}
            for y in crop.line_range
            if is_rendered_line(y)
        }
        for widget, (region, clip) in self.visible_widgets.items():
            # Front to back: what a widget in front has painted stays.
            seen = Region.intersection(region, clip)
            start, stop = seen.column_span
            lines = [
                y
                for y in seen.line_range
                if y in unpainted and any(start <= cut < stop for cut in unpainted[y])
            ]
            if not lines:
                continue
            top, bottom = lines[0], lines[-1] + 1
            inside = Region(start - region.x, top - region.y, stop - start, bottom - top)
            strips = widget.render_lines(inside)
            for y in lines:
                edges = [cut for cut in cuts[y] if start <= cut <= stop]
                pieces = strips[y - top].divide([cut - start for cut in edges[1:]])
                for cut, piece in zip(edges, pieces, strict=False):
                    if cut in unpainted[y]:
                        chops[y][cut] = piece
                unpainted[y].difference_update(edges[:-1])
        return cast("Sequence[Mapping[int, Strip]]", chops)
