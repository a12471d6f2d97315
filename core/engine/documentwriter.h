// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <functional>

namespace bartizan {

/// Makes a document and writes it to a file off the GUI thread, as SecureFile does: whole or not at all, for the user
/// alone, never through a symbolic link. One at a time. Thread: GUI.
class DocumentWriter : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Writes what `make` makes, which is called on another thread; a file that is there is replaced.
    void start(const QString &path, std::function<QByteArray()> make);
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void written(const QString &path);
    void failed(const bartizan::Error &error);

private:
    bool m_running = false;
};

} // namespace bartizan
