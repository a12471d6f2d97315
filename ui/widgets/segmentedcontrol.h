// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;
class QAbstractButton;

namespace bartizan {

/// One of a few, side by side: "1 h | 24 h | 7 d | 30 d | Custom…". Radio buttons to screen readers; Tab reaches the
/// chosen one, arrows change it. Thread: GUI.
class SegmentedControl : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(QWidget *parent = nullptr);
    /// Adds a segment and returns its index.
    int addSegment(const QString &text, const QString &toolTip = {});
    int current() const;
    /// Chooses without emitting activated().
    void setCurrent(int index);
    QAbstractButton *segment(int index) const;

Q_SIGNALS:
    /// A person chose a segment, the chosen one again included ("Custom…" opens its dialog again).
    void activated(int index);

private:
    QButtonGroup *m_group;
    int m_told = -1; ///< The segment that activated() told of since a button was pressed.
};

} // namespace bartizan
