// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/customrangedialog.h"

#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/inlinemessage.h"

#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {
namespace {

constexpr int kLabelWidth = 64;

QDateTime inZone(TimestampMs at, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(at, zone);
}

} // namespace

CustomRangeDialog::CustomRangeDialog(const TimeRange &range, const QTimeZone &zone, QWidget *parent)
    : FramedDialog(tr("Custom time range"), parent), m_zone(zone)
{
    setMinimumWidth(400);
    m_from = addEdit(tr("&From"), range.start);
    m_to = addEdit(tr("&To"), range.end);
    m_error = new FieldError(this);
    auto *errorRow = new QHBoxLayout;
    errorRow->addSpacing(kLabelWidth + measure::kControlGap);
    errorRow->addWidget(m_error, 1);
    body()->addLayout(errorRow);
    body()->addStretch(1);

    QPushButton *cancel = addButton(tr("Cancel"));
    m_apply = addButton(tr("Show range"), true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, [this] {
        Q_EMIT rangeChosen(this->range());
        accept();
    });
    connect(m_from, &QDateTimeEdit::dateTimeChanged, this, &CustomRangeDialog::validate);
    connect(m_to, &QDateTimeEdit::dateTimeChanged, this, &CustomRangeDialog::validate);
    validate();
}

QDateTimeEdit *CustomRangeDialog::addEdit(const QString &label, TimestampMs at)
{
    auto *edit = new QDateTimeEdit(this);
    // The edit works on plain clock time; range() reads it in the zone.
    const QDateTime shown = inZone(at, m_zone);
    edit->setDateTime(QDateTime(shown.date(), shown.time()));
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    edit->setCalendarPopup(true);
    edit->setMinimumDate(QDate(1970, 1, 1));
    edit->setMaximumDate(QDate(2199, 12, 31));
    QLabel *name = plainLabel(label, this);
    name->setBuddy(edit);
    name->setFixedWidth(kLabelWidth);
    edit->setAccessibleName(QString(label).remove(QLatin1Char('&')));

    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(name);
    row->addWidget(edit, 1);
    row->addWidget(mutedLabel(format::zoneName(m_zone, at), this));
    body()->addLayout(row);
    return edit;
}

TimeRange CustomRangeDialog::range() const
{
    const auto instant = [this](const QDateTimeEdit *edit) {
        const QTime time(edit->time().hour(), edit->time().minute());
        return QDateTime(edit->date(), time, m_zone).toMSecsSinceEpoch();
    };
    return {instant(m_from), instant(m_to) + kMinute - 1};
}

bool CustomRangeDialog::isValid() const
{
    const TimeRange entered = range();
    return entered.start < entered.end;
}

void CustomRangeDialog::validate()
{
    const bool valid = isValid();
    m_error->setText(valid ? QString() : tr("“To” must not be before “From”."));
    FieldError::markField(m_to, !valid);
    m_apply->setEnabled(valid);
}

} // namespace bartizan
