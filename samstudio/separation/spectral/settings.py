"""What can be chosen about the spectral engine: the rows from which form, command line, facts and recipe are made."""

from collections.abc import Mapping
from dataclasses import dataclass

from samstudio.separation.listening.choice import ListenerChoice
from samstudio.session.engine_settings import ChoiceSetting, FlagSetting, SettingChoice, Value

SETTINGS = (
    ChoiceSetting(
        name="listener",
        title="Listener",
        help="Who finds the sound that you type, where no + span is drawn.",
        command_help="who listens for the prompt's words (default auto: PE-A-Frame for those that are not in the "
        "word list, where its weights are)",
        default=ListenerChoice.AUTO.value,
        choices=(
            SettingChoice(
                ListenerChoice.AUTO.value,
                "Automatic",
                "The word list for the words in it; PE-A-Frame for all others, where its weights are.",
            ),
            SettingChoice(ListenerChoice.WORD_LIST.value, "Word list", "Quick; needs no set-up; knows its words only."),
            SettingChoice(ListenerChoice.PE_A_FRAME.value, "PE-A-Frame", "Any words; slow without a graphics card."),
        ),
    ),
    FlagSetting(
        name="best_guess",
        title="Name the best guess",
        fact="Best guess named",
        help="Where the words are not heard clearly enough, say where they are most likely, without separating.",
        command_help="where the words are not heard clearly enough, name the places where they are most likely",
        default=False,
    ),
)


@dataclass(frozen=True)
class SpectralSettings:
    """The settings as values."""

    listener: ListenerChoice = ListenerChoice.AUTO
    best_guess: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Value]) -> "SpectralSettings":
        """From a request's options; what they leave out has its default."""
        return cls(ListenerChoice(str(options.get("listener", cls.listener))), bool(options.get("best_guess", False)))
