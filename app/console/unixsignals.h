// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace bartizan {

/// Turns SIGTERM, SIGINT and SIGHUP into a signal of Qt, by way of a pipe: the handler only writes a byte. One per
/// process. Thread: GUI.
class UnixSignals : public QObject {
    Q_OBJECT
public:
    explicit UnixSignals(QObject *parent = nullptr);

Q_SIGNALS:
    void terminationRequested();
};

} // namespace bartizan
