# SPDX-License-Identifier: GPL-3.0-or-later
# The engine over a stream, without a database: a library of its own, so that it links no storage.
bartizan_layer(replay
    SOURCES
        batchring.cpp eventbatch.cpp eventlinereader.cpp plaineventreader.cpp replay.cpp replaycontrol.cpp
        replaydocument.cpp replayinput.cpp replaysshd.cpp
    LINK bartizan_detect bartizan_metrics bartizan_ingest bartizan_report
    PRIVATE_LINK simdjson::simdjson)
