"""The actions on objects in the video; the keys that the picture has while it has the focus are not theirs."""

from samstudio.app.action_rows.row import ActionRow
from samstudio.app.action_spec import MARK
from samstudio.app.requirements import OBJECT

# fmt: off
VIDEO_ROWS = (
    ActionRow("follow_object", MARK, "Follow the object in the video",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.follow.follow),
    ActionRow("stop_following", MARK, "Stop following the object",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.follow.stop),
    ActionRow("next_unsure", MARK, "Next place to check in the video",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.follow.next_unsure),
    ActionRow("previous_unsure", MARK, "Previous place to check in the video",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.follow.previous_unsure),
    ActionRow("spans_from_motion", MARK, "Suggest spans from the object's motion",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.follow.offer_spans),
    ActionRow("object_absent", MARK, "The object is not in the picture here",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.objects.mark_absent),
    ActionRow("remove_object", MARK, "Remove the object in the video",
              submenu="Object in the video", needs=OBJECT, callback=lambda c: c.objects.remove_chosen),
)
# fmt: on
