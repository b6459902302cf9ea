"""Access to gated weights: the page to ask on, the token, the hub's answer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from samstudio.separation.models.inventory import ModelPart
from samstudio.ui.icons import icon
from samstudio.ui.models.model_text import standing
from samstudio.ui.parts import ICON_SIZE, IconLabel, add_clear_button, explain, label
from samstudio.ui.theme import theme

TOKEN_PAGE = "https://huggingface.co/settings/tokens"  # noqa: S105 (a page, not a token)


class AccessSection(QWidget):
    """For one model; the token is sent with the next request and stored nowhere."""

    page_requested = Signal(str)
    """Address of a web page to open."""
    check_requested = Signal()

    def __init__(self, text: str) -> None:
        """`text` says how access is given."""
        super().__init__()
        self._page = ""
        self.ask_button = QPushButton("Ask for access…")
        self.ask_button.setIcon(icon("lock"))
        self.ask_button.setIconSize(ICON_SIZE)
        self.ask_button.clicked.connect(lambda: self.page_requested.emit(self._page))
        self.token_button = QPushButton("Make a token…")
        self.token_button.setProperty("look", "link")
        explain(self.token_button, "Make a token", more=f"Opens {TOKEN_PAGE}: a token that may read is enough.")
        self.token_button.clicked.connect(lambda: self.page_requested.emit(TOKEN_PAGE))
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText("hf_… (not needed after ‘hf auth login’, or with HF_TOKEN set)")
        add_clear_button(self.token)
        explain(
            self.token,
            "Token of the Hugging Face hub",
            more="Goes to the hub with your questions and downloads, and is forgotten when SAM Studio ends: "
            "it is written nowhere.",
        )
        self.check_button = QPushButton("Check access")
        explain(self.check_button, "Check access", more="Ask the hub now whether you may download this model.")
        self.check_button.clicked.connect(self.check_requested)
        self._icon = IconLabel("lock", "text_dim", 16)
        self.state = label(look="dim", wrap=True)
        self._lay_out(text)

    def _lay_out(self, text: str) -> None:
        title = label("Token", "dim")
        title.setBuddy(self.token)
        row, state = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(theme().space(2))
        row.addWidget(title)
        row.addWidget(self.token, 1)
        row.addWidget(self.token_button)
        state.setSpacing(theme().space(2))
        state.addWidget(self._icon)
        state.addWidget(self.state, 1)
        state.addWidget(self.ask_button)
        state.addWidget(self.check_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(label(text, "caption", wrap=True))
        column.addLayout(row)
        column.addLayout(state)

    def show_part(self, part: ModelPart) -> None:
        """Show the model that access is asked for."""
        self._page = part.page
        explain(self.ask_button, "Ask for access", more=f"Opens {part.page}: log in there and accept the licence.")
        now = standing(part)
        self._icon.show_icon(now.icon, now.role)
        self.state.setText(now.sentence)
        self.state.setAccessibleName(f"Access: {now.words}. {now.sentence}")
