# SPDX-License-Identifier: GPL-3.0-or-later
bartizan_test(tst_replayvectors SOURCES tst_replayvectors.cpp LINK bartizan_replay)
bartizan_test(tst_replayinput SOURCES tst_replayinput.cpp LINK bartizan_replay)
bartizan_test(tst_replaystream SOURCES tst_replaystream.cpp LINK bartizan_replay)
