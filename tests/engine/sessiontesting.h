// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "tests/engine/enginetesting.h"

#include <QSignalSpy>
#include <QTest>

namespace bartizan::testing {

inline constexpr int kPatience = 20'000;

/// Opens a database, and waits until its engine runs or is known to run elsewhere.
inline void open(Session &session, const QString &path, bool runEngine = true)
{
    QSignalSpy opened(&session, &Session::opened);
    QSignalSpy failed(&session, &Session::openFailed);
    Session::OpenOptions options;
    options.path = path;
    options.runEngine = runEngine;
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count() + failed.count(), 1, kPatience);
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed.at(0).at(1).value<Error>().message));
    if (runEngine)
        QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running
                                     || session.engineStatus().state == EngineState::RunningElsewhere,
                                 kPatience);
}

} // namespace bartizan::testing
