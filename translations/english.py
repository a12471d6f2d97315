#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills in the English plural forms: "%n event(s)" becomes "%n event" and "%n events", "%n
address(es)" likewise.

english.py FILE.ts; run by the build target update_translations. A text without either is the same in both forms. Only
new texts are filled in: where a verb goes with the number ("one stays, several stay"), the forms are mended by hand.
"""
import sys
import xml.etree.ElementTree as tree

path = sys.argv[1]
document = tree.parse(path)
for message in document.iter("message"):
    source = message.findtext("source")
    translation = message.find("translation")
    if translation.attrib.pop("type", None) != "unfinished":
        continue
    forms = translation.findall("numerusform")
    for form, ending in zip(forms, ("", "s")):
        form.text = source.replace("(s)", ending).replace("(es)", ending and "es")
document_text = tree.tostring(document.getroot(), encoding="unicode")
with open(path, "w", encoding="utf-8") as out:
    out.write('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + document_text + "\n")
