"""The question before a window closes in which long work is under way that is no separation: these the queue keeps."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from samstudio.app.commands.files.export_all import ExportAllCommands
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.controllers.video.following import Following
from samstudio.ui.question import Role, add_answer, make_question

EXPORT, MODEL = "An export is running.", "A model is being set up."
OBJECT = "An object is being followed in the video."


@dataclass(frozen=True, eq=False)
class RunningJobs:
    """What takes minutes and would have to be begun again; reading, drawing and measuring do not count."""

    export_all: ExportAllCommands
    models: ModelManager
    following: Following
    window: QWidget

    def may_stop(self) -> bool:
        """Whether all may be stopped, because there are none or that is the answer."""
        jobs = (
            (EXPORT, self.export_all.is_running),
            (MODEL, self.models.is_running),
            (OBJECT, self.following.is_running),
        )
        running = [sentence for sentence, is_running in jobs if is_running]
        if not running:
            return True
        them = "it" if len(running) == 1 else "them"
        text = f"{' '.join(running)} Stop {them} and close?"
        box = make_question(self.window, text, "What is not finished is not kept.", "running_box")
        stop = add_answer(box, "Stop and close", Role.DestructiveRole, f"Stop {them}, and close the window")
        cancel = add_answer(box, "Cancel", Role.RejectRole, "Return to the editor (Esc)")
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is stop
