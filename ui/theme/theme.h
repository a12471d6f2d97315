// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

#include <array>

class QApplication;

namespace bartizan {

/// Which look: light, dark, or as the desktop has it when the console starts.
enum class ThemeChoice { Desktop, Light, Dark };

/// Colours and measures of one theme; plain values. Thread: GUI.
struct Theme {
    bool dark = false;
    QColor window, surface, raised, alt, hover, button, hairline, control;
    QColor text, muted, disabled, accent, onAccent, focus, selection, selectionInactive;
    std::array<QColor, 4> severity; ///< By AlertSeverity, LOW first.
    QColor onCritical, tintHigh;
    std::array<QColor, 4> threat;   ///< By ThreatLevel, LOW first.
    QColor ok, warn, error, info, okTint, warnTint, errorTint, infoTint;
    std::array<QColor, 3> series;
    QColor axis, grid, track, lost, land, border;
    std::array<QColor, 6> mapRamp;
    int rowHeight = 28; ///< 36 when comfortable.

    /// The accent as the ground of a button or a pill: a little stronger under the pointer, more so while it is pressed.
    QColor accentGround(bool hovered, bool pressed) const;
    /// The palette's roles, in all three groups.
    QPalette palette() const;

    static const Theme &lightTheme();
    static const Theme &darkTheme();
    /// The theme in force; what applyTheme() set last. Widgets read it when they paint, and repaint on
    /// QEvent::PaletteChange.
    static const Theme &current();
};

/// Whether the desktop asked for a dark look when the console started: its colour scheme where it tells one, else
/// whether its window colour is darker than its text.
bool desktopIsDark();

/// Sets style, palette and fonts of the application. Call it before the first window and again to switch.
void applyTheme(QApplication &application, ThemeChoice choice, bool comfortableRows = false);

} // namespace bartizan
