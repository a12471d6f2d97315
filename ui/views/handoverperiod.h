// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <QTimeZone>
#include <QWidget>

#include <optional>

class QComboBox;
class QDateTimeEdit;
class QLabel;

namespace bartizan {

class FieldError;

/// The time that a handover is about: presets, and from and to in the zone that times are shown in, to the second; both
/// ends belong to it. Thread: GUI.
class HandoverPeriod : public QWidget {
    Q_OBJECT
public:
    /// In the order of the box.
    enum Preset { SinceLeft, Hours8, Hours12, Hours24, SinceYesterdayEvening, Custom };

    /// `left`: when the user left; nullopt: that is not known.
    HandoverPeriod(std::optional<TimestampMs> left, const QTimeZone &zone, QWidget *parent = nullptr);

    TimeRange range() const { return m_range; }
    bool isValid() const { return m_range.start <= m_range.end; }
    Preset preset() const;
    /// Whether it leaves nothing out: it is a preset, up to now, that begins when the user left or earlier.
    bool tellsAllSinceLeft() const;
    /// A preset up to now; Custom keeps what is there.
    void setPreset(Preset preset);
    /// The same preset up to now.
    void renew();
    void setZone(const QTimeZone &zone);
    /// Another time at which the user left; "Since I left" is chosen where it is known for the first time.
    void setLeft(std::optional<TimestampMs> left);

Q_SIGNALS:
    /// Somebody chose another time; it may be none that is valid.
    void changed();

private:
    QDateTimeEdit *addEdit(const QString &label);
    void showRange();
    /// The zone, and whether the time is a valid one.
    void showState();
    void takeEdited();
    TimeRange rangeOf(Preset preset, TimestampMs now) const;

    std::optional<TimestampMs> m_left;
    QTimeZone m_zone;
    TimeRange m_range;
    QComboBox *m_presets = nullptr;
    QDateTimeEdit *m_from = nullptr;
    QDateTimeEdit *m_to = nullptr;
    QLabel *m_zoneName = nullptr;
    FieldError *m_error = nullptr;
};

} // namespace bartizan
