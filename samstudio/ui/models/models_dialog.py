"""Sets up the models of an engine: size, access, download, or the user's own files."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from samstudio.separation.listening.pe_a_frame.weights import TITLE
from samstudio.separation.models.catalogue import ModelFamily
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.models.transfer import Transfer
from samstudio.ui.icons import icon
from samstudio.ui.models.access_section import AccessSection
from samstudio.ui.models.heading import ALONE, ModelsHeading
from samstudio.ui.models.hub_entry import HubEntry
from samstudio.ui.models.model_cards import ModelCards
from samstudio.ui.models.model_text import standing, title_of
from samstudio.ui.models.offer import Offer, offer_alone, offer_of, ready_own
from samstudio.ui.models.own_files_button import OwnFilesButton
from samstudio.ui.models.part_rows import PartRows, RemoveQuestion
from samstudio.ui.models.transfer_part import TransferPart
from samstudio.ui.parts import NoticeBar, ScrolledPage, explain, label, primary_button
from samstudio.ui.theme import theme


class ModelsDialog(QDialog):
    """Shows the parts and transfers of one engine, and requests. It may be hidden while a download goes on."""

    page_requested = Signal(str)
    """Address of a web page to open."""
    access_requested = Signal(tuple, str)
    """Names of the parts to ask the hub about, and the token, which may be empty."""
    download_requested = Signal(tuple, str)
    """Names of the parts to download, and the token, which may be empty."""
    cancel_requested = Signal()
    path_added = Signal(object)
    """Path of a folder or a file of the user's own."""
    remove_requested = Signal(str)
    """The name of a part; the user has confirmed."""
    model_chosen = Signal(str)
    """The name of a ready model to use from now on; the dialog has closed."""

    def __init__(self, title: str, family: ModelFamily, parent: QWidget | None = None) -> None:
        """`title` is the engine's, `family` are its models."""
        super().__init__(parent)
        self._title, self._family = title, family
        self._parts: tuple[ModelPart, ...] = ()
        self._is_running = False
        self._alone = ""
        self._own = ""
        """The name of a model of the user's own that is offered in the place of the chosen card's."""
        self.cards = ModelCards(family)
        self.cards.model_chosen.connect(self._choose_card)
        self.access = AccessSection(family.access)
        self.access.page_requested.connect(self.page_requested)
        self.access.check_requested.connect(self._ask_access)
        self.rows = PartRows()
        self.rows.wanted_changed.connect(self._show_buttons)
        self.rows.remove_requested.connect(self._ask_to_remove)
        self.rows.download_requested.connect(self._download_alone)
        self.question = RemoveQuestion()
        self.question.agreed.connect(self.remove_requested)
        self.hub_entry = HubEntry()
        self.hub_entry.chosen.connect(self._download_other)
        self.hub_entry.closed.connect(self._show)
        self.notice = NoticeBar()
        self.transfer = TransferPart()
        self.transfer.cancel_button.clicked.connect(self._cancel)
        self._make_buttons()
        self._lay_out()
        self._show()

    def _make_buttons(self) -> None:
        self.own_button = OwnFilesButton()
        self.own_button.path_added.connect(self.path_added)
        self.own_button.hub_requested.connect(self._show_hub_entry)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.reject)
        self.go_button = primary_button("Download", "download")
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self._go)

    def _lay_out(self) -> None:
        page = ScrolledPage()
        column = QVBoxLayout(page)
        side = theme().space(5)
        column.setContentsMargins(side, theme().space(4), side, theme().space(2))
        column.setSpacing(theme().space(2))
        self._heading = ModelsHeading()
        column.addLayout(self._heading)
        self._cards_title = label("1  Choose a size", "title")
        self._access_title, self._rows_title = label(look="title"), label(look="title")
        for title, section in (
            (self._cards_title, self.cards),
            (self._access_title, self.access),
            (self._rows_title, self.rows),
        ):
            column.addSpacing(theme().space(2))
            column.addWidget(title)
            column.addWidget(section)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme().space(5), theme().space(3), theme().space(5), theme().space(4))
        foot.setSpacing(theme().space(3))
        for part in (self.hub_entry, self.question, self.notice, self.transfer):
            foot.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.own_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.go_button)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addLayout(foot)
        self.setMinimumSize(theme().space(150), theme().space(120))
        self.resize(theme().space(200), theme().space(204))

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Show those parts that belong to the engine, or to none that is known."""
        self._parts = tuple(part for part in parts if part.engine in (self._family.engine, ""))
        self.cards.show_parts(self._parts)
        self._show()

    def show_model(self, name: str) -> None:
        """Choose the published model of that name, or offer one of the user's own."""
        self.cards.show_model(name)
        self._own = name
        self._show()

    def show_alone(self, name: str) -> None:
        """Offer only the part of that name, of use without a model; empty: the models and all that belongs to them."""
        self._alone = name
        self._show()

    def show_running(self, running: bool) -> None:
        """Show whether an order is being carried out; then no other can be given."""
        self._is_running = running
        self.transfer.setVisible(running)
        for part in (self.cards, self.access, self.rows, self.own_button, self.hub_entry):
            part.setEnabled(not running)
        if running:
            self.notice.show_text(None)
            self.question.hide()
            self.transfer.begin()
            self.transfer.cancel_button.setFocus()
        self._show_buttons()

    def show_progress(self, step: Transfer) -> None:
        """Show the progress of a download."""
        self.transfer.show_step(step)

    def show_error(self, sentence: str) -> None:
        """Show why something could not be done; what has been downloaded is kept."""
        self.notice.show_text(sentence)

    def show_ready(self, name: str) -> None:
        """Show that a part is complete and has been checked."""
        self.notice.show_text(f"“{name}” is ready.", "success")
        # What it names may come with the next list of parts.
        self._own = name
        self._show_buttons()

    def show_denied(self, name: str) -> None:
        """Show that the hub refuses a part; its state says why."""
        part = self._part(name)
        if part:
            self.notice.show_text(f"{title_of(part)}: {standing(part).sentence}", "warning")

    def show_stopped(self) -> None:
        """Show that the order was cancelled."""
        self.notice.show_text("Stopped: the downloaded part is kept, and Download continues it.", "warning")

    def hideEvent(self, event: QHideEvent) -> None:
        """Clear token and notice, unless a download is running that may have to be resumed."""
        if not self._is_running:
            self.access.token.clear()
            self.notice.show_text(None)
        super().hideEvent(event)

    def _part(self, name: str) -> ModelPart | None:
        return next((part for part in self._parts if part.name == name), None)

    def _choose_card(self) -> None:
        self._own = ""
        self._show()

    def _show(self) -> None:
        model, alone = self._part(self.cards.model), self._part(self._alone)
        self.rows.show_parts((alone,) if alone else self._parts, self._alone or self.cards.model)
        # The rows are newer than the buttons below them, and Tab goes by age.
        for before, after in pairwise((self.access.check_button, *self.rows.controls)):
            QWidget.setTabOrder(before, after)
        self.setWindowTitle(f"Add {TITLE}" if alone else f"Set up {self._title}")
        self._heading.show_texts(self.windowTitle(), ALONE if alone else self._family.summary)
        for part in (self._cards_title, self.cards, self.own_button):
            part.setHidden(alone is not None)
        if alone:
            self._access_title.hide()
            self.access.hide()
            self._rows_title.setText("What is downloaded")
        elif model:
            self.access.show_part(model)
            # A repository of any name may ask for a token too.
            has_access = not model.is_ready or self.hub_entry.isVisibleTo(self)
            for section in (self._access_title, self.access):
                section.setVisible(has_access)
            self._access_title.setText("2  Ask for access")
            self._rows_title.setText(f"{3 if has_access else 2}  Get what it needs")
        self._show_buttons()

    def _show_buttons(self) -> None:
        offer = self._offer
        self.go_button.setHidden(offer is None)
        if offer is not None:
            self.go_button.setText(offer.text)
            self.go_button.setIcon(icon("download" if offer.missing else "check", "accent_text"))
            explain(self.go_button, offer.text, "Return", offer.more)
        self.go_button.setEnabled(bool(self._parts) and not self._is_running)
        self.close_button.setText("Hide" if self._is_running else "Close")
        more = "The download goes on." if self._is_running else ""
        explain(self.close_button, self.close_button.text(), "Esc", more)

    @property
    def _offer(self) -> Offer | None:
        """What the main button does; None: it has nothing to do."""
        missing = self.rows.missing()
        if self._alone:
            return offer_alone(missing)
        return offer_of(self._title, self.cards.model, missing, ready_own(self._parts, self._own))

    def _go(self) -> None:
        offer = self._offer
        if offer is not None and offer.missing:
            self.download_requested.emit(offer.missing, self._token)
        elif offer is not None:
            self.accept()
            self.model_chosen.emit(offer.model)

    def _download_alone(self, name: str) -> None:
        self.download_requested.emit((name,), self._token)

    @property
    def _token(self) -> str:
        return self.access.token.text().strip()

    def _ask_access(self) -> None:
        gated = {part.name for part in self.rows.missing() if part.gated}
        self.access_requested.emit(tuple(sorted(gated | {self.cards.model})), self._token)

    def _ask_to_remove(self, name: str) -> None:
        part = self._part(name)
        if part:
            self.question.ask(part)

    def _cancel(self) -> None:
        self.transfer.show_stopping()
        self.cancel_requested.emit()

    def _show_hub_entry(self) -> None:
        self.notice.show_text(None)
        self.hub_entry.show()
        self._show()

    def _download_other(self, name: str) -> None:
        self.hub_entry.hide()
        self.download_requested.emit((name,), self._token)
