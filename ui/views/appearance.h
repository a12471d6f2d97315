// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QObject>

namespace bartizan {

/// How the console looks on this computer: theme and row height, kept in the user's configuration and applied to the
/// whole application at once. Thread: GUI.
class Appearance : public QObject {
    Q_OBJECT
public:
    /// Reads what was kept, and applies it.
    explicit Appearance(QObject *parent = nullptr);

    ThemeChoice theme() const { return m_theme; }
    void setTheme(ThemeChoice choice);
    /// Applies a theme without keeping it, for a rendering.
    void showTheme(ThemeChoice choice);

    bool comfortableRows() const { return m_comfortable; }
    void setComfortableRows(bool comfortable);

Q_SIGNALS:
    void changed();

private:
    void apply();

    ThemeChoice m_theme = ThemeChoice::Desktop;
    bool m_comfortable = false;
};

} // namespace bartizan
