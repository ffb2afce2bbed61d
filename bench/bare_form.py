"""The baseline: a bare Textual application with the same fields, as the library ships it."""

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Header, Input, Label, Static

FIELDS = (
    "联系电话",
    "拼音姓",
    "拼音名",
    "户籍地代码",
    "残疾人证号",
    "收件人",
    "街道门牌",
    "邮政编码",
)


class Dialog(ModalScreen[None]):
    """A dialog with a dozen lines, closed by Esc."""

    BINDINGS = [("escape", "dismiss", "Close")]  # noqa: RUF012 - Textual's own shape

    def compose(self) -> ComposeResult:
        yield Static("\n".join(f"依据 {number}" for number in range(10)))


class BareForm(App[None]):
    """Header, labelled fields, a table, footer."""

    BINDINGS = [("f1", "dialog", "Why"), ("f10", "nothing", "Accept")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Header()
        for field in FIELDS:
            yield Horizontal(Label(field), Input())
        yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("材料", "状态")
        table.add_rows([(f"材料 {number}", "齐") for number in range(8)])
        self.query(Input).first().focus()

    def action_dialog(self) -> None:
        self.push_screen(Dialog())


if __name__ == "__main__":
    BareForm().run()
