from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QRadioButton, QScrollArea

from samstudio.separation.models.catalogue import KNOWN, SAM_AUDIO, Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.hub import Access
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.models.transfer import Transfer
from samstudio.ui.models.access_section import TOKEN_PAGE
from samstudio.ui.models.model_text import format_bytes, standing, transfer_lines
from samstudio.ui.models.models_dialog import ModelsDialog
from tests.signals import emissions
from tests.ui.models.model_parts import READY, made_parts

TOKEN = "hf_secret"
MINE = ModelPart("mine", "mine", Role.MODEL, PartState.READY, 5, 5, path=Path("/weights/mine"), is_own=True)


@pytest.fixture
def dialog(qtbot) -> ModelsDialog:
    dialog = ModelsDialog("SAM Audio", SAM_AUDIO)
    qtbot.addWidget(dialog)
    dialog.show_parts(made_parts())
    dialog.show()
    return dialog


def test_nothing_can_be_asked_before_the_stock_is_known(qtbot):
    dialog = ModelsDialog("SAM Audio", SAM_AUDIO)
    qtbot.addWidget(dialog)
    assert not dialog.go_button.isEnabled()


def test_it_does_not_scroll_where_everything_fits(dialog):
    page = dialog.findChild(QScrollArea)
    dialog.resize(900, 1200)
    QTest.qWait(1)
    assert page.verticalScrollBar().maximum() == 0
    dialog.resize(dialog.minimumSize())
    QTest.qWait(1)
    assert page.verticalScrollBar().maximum() > 0
    assert page.widget().width() <= page.viewport().width()


def test_each_size_says_what_it_takes(dialog):
    cards = dialog.cards.cards
    assert cards["small"]._takes.text() == "5.1 GB on the disk\n1.4 GB of memory"
    assert "14.9 GB" in cards["large"]._takes.text()
    assert "needs access" in cards["base"].state.text()
    assert "5.1 GB on the disk" in cards["small"].button.toolTip()


def test_download_asks_for_the_model_and_what_it_needs(dialog):
    asked = emissions(dialog.download_requested)
    dialog.access.token.setText(f" {TOKEN} ")
    assert dialog.go_button.text() == "Download 6.0 GB"
    dialog.go_button.click()
    assert asked == [(("small", "t5-base"), TOKEN)]


def test_size_variant_and_extras_are_asked_for(dialog):
    asked = emissions(dialog.download_requested)
    QTest.mouseClick(dialog.cards.cards["large"], Qt.MouseButton.LeftButton)
    dialog.cards.variant.click()
    dialog.rows.rows["judge"].box.click()
    dialog.go_button.click()
    assert asked == [(("large-tv", "t5-base", "judge"), "")]
    assert "large-tv" in dialog.access._page


def test_what_is_here_is_not_asked_for_again(dialog):
    dialog.show_parts(made_parts({"small": {"state": PartState.INCOMPLETE, "here": 2_100_000_000}, "t5-base": READY}))
    asked = emissions(dialog.download_requested)
    assert dialog.go_button.text() == "Go on: 3.0 GB"
    assert "Incomplete, 41%" in dialog.cards.cards["small"].state.text()
    dialog.go_button.click()
    assert asked == [(("small",), "")]


def test_a_ready_model_is_used(dialog):
    dialog.show_parts(made_parts({"small": READY, "t5-base": READY}))
    chosen = emissions(dialog.model_chosen)
    assert not dialog.access.isVisible()
    assert dialog._rows_title.text().startswith("2 ")
    assert dialog.go_button.text() == "Use SAM Audio small"
    dialog.go_button.click()
    assert chosen == ["small"]
    assert not dialog.isVisible()


def test_a_faulty_download_is_no_ready_one(dialog):
    fault = {**READY, "state": PartState.FAULTY, "fault": "The key proj.weight is missing.", "here": 6_000_000_000}
    dialog.show_parts(made_parts({"small": fault, "t5-base": READY}))
    assert dialog.cards.cards["small"].state.text() == "Faulty"
    assert "proj.weight" in dialog.cards.cards["small"].button.toolTip()
    asked = emissions(dialog.download_requested)
    assert dialog.go_button.text() == "Download again"
    dialog.go_button.click()
    assert asked == [(("small",), "")]


def test_the_helpers_that_a_model_names_are_offered(dialog):
    """Another published span predictor, and one that only its hub id is known of, for a model of one's own."""
    named = ModelPart("someone/frame", "someone/frame", Role.SPANS, PartState.MISSING, 0, helpers=())
    own = replace(MINE, helpers=("someone/frame",))
    dialog.show_parts(made_parts({"small": {**READY, "helpers": ("t5-base", "pe-a-frame-base")}}, own, named))
    assert "pe-a-frame-large" not in dialog.rows.rows
    asked = emissions(dialog.download_requested)
    for name in ("pe-a-frame-base", "someone/frame"):
        dialog.rows.rows[name].box.click()
    dialog.go_button.click()
    assert asked == [(("t5-base", "pe-a-frame-base", "someone/frame"), "")]


def test_access_is_asked_for_on_the_model_s_page(dialog):
    pages, asked = emissions(dialog.page_requested), emissions(dialog.access_requested)
    dialog.show_model("base")
    dialog.access.ask_button.click()
    dialog.access.token_button.click()
    assert pages == ["https://huggingface.co/facebook/sam-audio-base", TOKEN_PAGE]
    dialog.rows.rows["judge"].box.click()
    dialog.access.token.setText(TOKEN)
    dialog.access.check_button.click()
    assert asked == [(("base", "judge"), TOKEN)]


def test_the_token_is_hidden_and_forgotten(dialog):
    dialog.access.token.setText(TOKEN)
    assert dialog.access.token.echoMode() is QLineEdit.EchoMode.Password
    dialog.show_running(True)
    dialog.hide()
    assert dialog.access.token.text() == TOKEN
    dialog.show()
    dialog.show_running(False)
    dialog.close_button.click()
    assert dialog.access.token.text() == ""


def test_a_download_shows_how_it_goes_and_can_be_stopped(dialog):
    stopped = emissions(dialog.cancel_requested)
    dialog.show_running(True)
    step = Transfer("SAM Audio small", "Downloading checkpoint.pt", 2.04e9, 5.1e9, 1, 2, 12e6, 240.0)
    dialog.show_progress(step)
    transfer = dialog.transfer
    assert transfer.bar.value() == 400
    assert transfer.stage.text() == "1 of 2 · SAM Audio small: downloading checkpoint.pt · 2.0 GB of 5.1 GB"
    assert transfer.left.text() == "12 MB/s · about 4 min left"
    assert not dialog.go_button.isEnabled()
    transfer.cancel_button.click()
    dialog.show_progress(step)
    assert (len(stopped), transfer.stage.text()) == (1, "Stopping…")
    dialog.show_running(False)
    dialog.show_stopped()
    assert "continues" in dialog.notice.text
    assert dialog.go_button.isEnabled()


def test_escape_hides_the_dialog_and_stops_nothing(dialog):
    stopped = emissions(dialog.cancel_requested)
    dialog.show_running(True)
    assert dialog.close_button.text() == "Hide"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert stopped == []


def test_another_order_takes_the_old_error_away(dialog):
    dialog.show_error("The disk is full.")
    assert dialog.notice.text == "The disk is full."
    dialog.show_running(True)
    assert not dialog.notice.isVisible()


@pytest.mark.parametrize("access", list(Access))
def test_every_answer_of_the_hub_has_words_and_an_icon(dialog, access):
    parts = made_parts({"small": {"access": access}})
    dialog.show_parts(parts)
    dialog.show_denied("small")
    now = standing(parts[0])
    assert dialog.cards.cards["small"].state.text() == now.words
    assert dialog.access.state.text() == now.sentence
    assert now.sentence in dialog.notice.text
    assert "samstudio" not in now.sentence


def test_states_differ_by_more_than_colour():
    kinds = [{}, READY, {"state": PartState.INCOMPLETE, "here": 9}]
    kinds += [{"access": access} for access in (Access.PENDING, Access.REFUSED, Access.READY)]
    seen = [standing(made_parts({"small": kind})[0]) for kind in kinds]
    assert len({one.icon for one in seen}) == len(seen)
    assert len({one.words for one in seen}) == len(seen)


def test_a_folder_or_file_of_ones_own_is_added(dialog, monkeypatch, tmp_path):
    added = emissions(dialog.path_added)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(tmp_path / "model.safetensors"), ""))
    dialog.own_button.folder_action.trigger()
    dialog.own_button.file_action.trigger()
    assert added == [tmp_path, tmp_path / "model.safetensors"]


def test_nothing_is_removed_unasked(dialog):
    dialog.show_parts(made_parts({"small": READY}, MINE))
    removed = emissions(dialog.remove_requested)
    assert not dialog.rows.rows["t5-base"].remove.isVisible()
    dialog.rows.rows["mine"].remove.click()
    assert "files are kept" in dialog.question._text.text()
    dialog.question.keep_button.click()
    assert removed == []
    dialog.rows.rows["small"].remove.click()
    assert "Delete SAM Audio small" in dialog.question._text.text()
    dialog.question.remove_button.click()
    assert removed == ["small"]
    assert not dialog.question.isVisible()


def test_what_is_ones_own_is_listed_with_its_place(dialog):
    dialog.show_parts(made_parts({}, MINE))
    row = dialog.rows.rows["mine"]
    assert row.about.text() == "Separates"
    QTest.qWait(1)
    assert row.path.isVisible()
    assert row.path.text() == "/weights/mine"
    assert row.state.text() == "Ready"


def test_all_of_it_works_from_the_keyboard(dialog):
    asked = emissions(dialog.download_requested)
    dialog.cards.cards["small"].button.setFocus()
    QTest.keyClick(dialog.cards.cards["small"].button, Qt.Key.Key_Right)
    assert dialog.cards.model == "base"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert asked == [(("base", "t5-base"), "")]
    for button in dialog.findChildren(QAbstractButton):
        # The button that clears a field is Qt's own.
        if button.isVisible() and not isinstance(button.parent(), QLineEdit):
            assert button.accessibleName(), button
            # Of a group of radio buttons Tab reaches the one that is on, the arrows reach the others.
            is_reached = bool(button.focusPolicy() & Qt.FocusPolicy.TabFocus) or isinstance(button, QRadioButton)
            assert is_reached, button.accessibleName()


def test_tab_goes_from_the_top_to_the_bottom(dialog):
    dialog.show_parts(made_parts({"small": {"state": PartState.INCOMPLETE, "here": 9}, "t5-base": READY}))
    rows = dialog.rows.rows
    wanted = [
        dialog.cards.cards["small"].button,
        dialog.cards.variant,
        dialog.access.token,
        dialog.access.check_button,
        rows["small"].remove,
        rows["t5-base"].remove,
        rows["pe-a-frame-large"].box,
        rows["judge"].box,
        dialog.own_button,
        dialog.close_button,
        dialog.go_button,
    ]
    reached, widget = [], wanted[0]
    while widget not in reached:
        reached.append(widget)
        widget = widget.nextInFocusChain()
    assert [widget for widget in reached if widget in wanted] == wanted


def test_lines_of_a_transfer_say_only_what_is_known():
    assert transfer_lines(Transfer("", "Asking the hub", 0, 1)) == ("Asking the hub", "")
    checking = Transfer("SAM Audio small", "Checking the weights", 0, 0)
    assert transfer_lines(checking) == ("SAM Audio small: checking the weights", "")


def test_bytes_as_text():
    assert [format_bytes(count) for count in (4_900_000, 893_000_000, 999_900_000, 5_100_143_128)] == [
        "4.9 MB",
        "893 MB",
        "1.0 GB",
        "5.1 GB",
    ]


def test_a_folder_of_one_s_own_is_forgotten_and_a_download_deleted(dialog):
    dialog.show_parts(made_parts({"small": READY}, MINE))
    own, download = dialog.rows.rows["mine"].remove, dialog.rows.rows["small"].remove
    assert own.accessibleName() == "Forget mine"
    assert "its files are kept" in own.toolTip()
    assert download.accessibleName().startswith("Delete ")
    assert own.icon().cacheKey() != download.icon().cacheKey()
    QTest.mouseClick(own, Qt.MouseButton.LeftButton)
    assert dialog.question.remove_button.text() == "Forget"
    assert "its files are kept" in dialog.question.accessibleName()
    removed = emissions(dialog.remove_requested)
    QTest.mouseClick(dialog.question.remove_button, Qt.MouseButton.LeftButton)
    assert removed == ["mine"]


def test_a_listener_for_words_is_downloaded_alone(dialog, qtbot):
    asked = emissions(dialog.download_requested)
    row = dialog.rows.rows["pe-a-frame-small"]
    assert row.alone.isVisible()
    assert row.alone.accessibleName() == "Download PE-A-Frame small alone"
    qtbot.mouseClick(row.alone, Qt.MouseButton.LeftButton)
    assert asked == [(("pe-a-frame-small",), "")]
    assert not dialog.rows.rows["judge"].alone.isVisible()


def test_any_name_on_the_hub_can_be_downloaded(dialog):
    """Typed by hand; a model that is ready hides the token no longer, for the repository may ask for one."""
    dialog.show_parts(made_parts({"small": READY}))
    asked = emissions(dialog.download_requested)
    assert not dialog.hub_entry.isVisible()
    dialog.own_button.hub_action.trigger()
    assert dialog.hub_entry.isVisible()
    assert dialog.access.token.isVisible()
    assert dialog._rows_title.text().startswith("3 ")
    dialog.access.token.setText(TOKEN)
    QTest.keyClicks(dialog.hub_entry.field, "owner")
    QTest.keyClick(dialog.hub_entry.field, Qt.Key.Key_Return)
    QTest.qWait(1)
    assert dialog.hub_entry.error.isVisible()
    assert asked == []
    QTest.keyClicks(dialog.hub_entry.field, "/name:a-bf16.safetensors")
    assert not dialog.hub_entry.error.isVisible()
    QTest.mouseClick(dialog.hub_entry.go_button, Qt.MouseButton.LeftButton)
    assert asked == [(("owner/name:a-bf16.safetensors",), TOKEN)]
    assert not dialog.hub_entry.isVisible()


def test_escape_closes_the_field_and_not_the_dialog(dialog):
    dialog.own_button.hub_action.trigger()
    QTest.keyClick(dialog.hub_entry.field, Qt.Key.Key_Escape)
    assert not dialog.hub_entry.isVisible()
    assert dialog.isVisible()


def test_a_page_of_the_hub_is_a_name_too(dialog):
    asked = emissions(dialog.download_requested)
    dialog.own_button.hub_action.trigger()
    dialog.hub_entry.field.setText("https://huggingface.co/owner/name/blob/main/a.safetensors")
    QTest.keyClick(dialog.hub_entry.field, Qt.Key.Key_Return)
    QTest.qWait(1)
    assert asked == [(("owner/name:a.safetensors",), "")]


def test_no_mirror_is_named_by_itself():
    """What is offered comes from those who made it."""
    assert {known.hub.repository.split("/")[0] for known in KNOWN} == {"facebook", "google-t5"}


def test_every_part_has_a_state_and_a_licence(dialog):
    licences = {row.part.role: row.licence.text() for row in dialog.rows.rows.values()}
    assert list(licences) == [Role.MODEL, Role.CODEC, Role.TEXT, Role.VISION, Role.SPANS, Role.JUDGE]
    assert list(licences.values()) == [
        "SAM License", "SAM License", "Apache-2.0", "SAM License", "Apache-2.0", "SAM License",
    ]  # fmt: skip
    assert all(row.state.text() for row in dialog.rows.rows.values())
    assert dialog.rows.rows["small codec"].state.text() == "Comes with the model"
    whole = ModelContents("small", "a.pt", {Role.CODEC: "a.pt", Role.VISION: ""})
    dialog.show_parts(made_parts({"small": {**READY, "contents": whole}}))
    assert dialog.rows.rows["small codec"].state.text() == "Ready"
    assert dialog.rows.rows["small codec"].state.toolTip() == "It is in a.pt."
    assert dialog.rows.rows["small vision encoder"].state.text() == "Left out"


def test_a_model_without_its_codec_needs_one(dialog):
    bare = ModelContents("small", "a.pt", {Role.CODEC: "", Role.VISION: ""})
    dialog.show_parts(
        made_parts({"small": {**READY, "contents": bare, "helpers": ("codec", "t5-base")}, "t5-base": READY})
    )
    assert "small codec" not in dialog.rows.rows
    asked = emissions(dialog.download_requested)
    dialog.go_button.click()
    assert asked == [(("codec",), "")]


def test_ones_own_model_tells_what_it_brings_along(dialog):
    own = replace(MINE, contents=ModelContents("base", "a.pt", {Role.CODEC: "c.pt", Role.VISION: ""}))
    dialog.show_parts(made_parts({}, own))
    assert dialog.rows.rows["mine"].about.text() == "Base, codec in c.pt, no vision encoder"


def test_what_was_added_is_said_to_be_ready(dialog):
    dialog.show_error("It could not be read.")
    dialog.show_ready("mine")
    assert dialog.notice.text == "“mine” is ready."
    assert dialog.notice.accessibleName() == "Success: “mine” is ready."
    dialog.show_running(True)
    assert not dialog.notice.isVisible()


def test_opened_again_it_shows_no_old_refusal(dialog):
    dialog.show_error("This folder holds no weights.")
    assert dialog.notice.isVisible()
    dialog.close()
    dialog.show()
    assert not dialog.notice.isVisible()


def test_a_model_without_its_codec_is_not_ready(dialog):
    lacking = {"state": PartState.NEEDS_CODEC, "here": 1_000_000, "is_own": True, "helpers": ("codec",)}
    dialog.show_parts(made_parts({"small": lacking, "t5-base": READY}))
    dialog.show_model("small")
    assert dialog.rows.rows["small"].state.text() == "Needs a codec"
    assert [part.name for part in dialog.rows.missing()] == ["codec"]


def test_the_listener_alone_is_offered_without_models_and_access(dialog):
    asked = emissions(dialog.download_requested)
    dialog.show_alone("pe-a-frame-small")
    assert dialog.windowTitle() == "Add PE-A-Frame"
    assert not dialog.cards.isVisible()
    assert not dialog.access.isVisible()
    assert dialog.go_button.text().startswith("Download PE-A-Frame, ")
    QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)
    assert asked == [(("pe-a-frame-small",), "")]
    dialog.show_alone("")
    assert dialog.windowTitle() == "Set up SAM Audio"
    assert dialog.cards.isVisible()


def test_a_model_of_ones_own_that_is_ready_is_used_and_nothing_more_is_downloaded(dialog):
    chosen, asked = emissions(dialog.model_chosen), emissions(dialog.download_requested)
    assert dialog.go_button.text().startswith("Download ")
    dialog.show_parts(made_parts({}, MINE))
    dialog.show_ready("mine")
    assert dialog.go_button.text() == "Use “mine”"
    dialog.cards.cards["base"].button.click()
    assert dialog.go_button.text().startswith("Download "), "another one was asked for"
    dialog.show_ready("mine")
    dialog.go_button.click()
    assert (chosen, asked) == (["mine"], [])
    assert not dialog.isVisible()


def test_a_model_of_ones_own_that_lacks_its_text_encoder_is_not_used(dialog):
    text = next(part for part in made_parts() if part.role is Role.TEXT)
    dialog.show_parts(made_parts({}, replace(MINE, helpers=(text.name,))))
    dialog.show_ready("mine")
    assert dialog.go_button.text().startswith("Download ")
