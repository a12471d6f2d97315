// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

struct ca_context;

namespace bartizan {

/// Plays the desktop's own sound for a warning (XDG Sound Naming Specification), as the user's sound theme has it.
/// Thread: its own, since a sound server may be slow to answer.
class EventSound : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~EventSound() override;

    void play();

Q_SIGNALS:
    /// There is no sound server, no theme, or the user has switched event sounds off.
    void failed(const QString &reason);

private:
    ca_context *m_context = nullptr;
};

} // namespace bartizan
