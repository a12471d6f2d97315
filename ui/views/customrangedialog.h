// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"
#include "ui/views/frameddialog.h"

#include <QTimeZone>

class QDateTimeEdit;

namespace bartizan {

class FieldError;

/// Asks for a time range from and to, in the zone that times are shown in. Thread: GUI.
class CustomRangeDialog : public FramedDialog {
    Q_OBJECT
public:
    CustomRangeDialog(const TimeRange &range, const QTimeZone &zone, QWidget *parent = nullptr);

    /// The range as entered: the last minute counts to its end.
    TimeRange range() const;
    bool isValid() const;

Q_SIGNALS:
    void rangeChosen(const bartizan::TimeRange &range);

private:
    QDateTimeEdit *addEdit(const QString &label, TimestampMs at);
    void validate();

    QTimeZone m_zone;
    QDateTimeEdit *m_from = nullptr;
    QDateTimeEdit *m_to = nullptr;
    FieldError *m_error = nullptr;
    QPushButton *m_apply = nullptr;
};

} // namespace bartizan
