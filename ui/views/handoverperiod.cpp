// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handoverperiod.h"

#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/inlinemessage.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kEvening = 18; // o'clock

} // namespace

HandoverPeriod::HandoverPeriod(std::optional<TimestampMs> left, const QTimeZone &zone, QWidget *parent)
    : QWidget(parent), m_left(left), m_zone(zone)
{
    m_presets = new QComboBox(this);
    nameBox(m_presets, tr("Time"));
    m_presets->addItems({tr("Since I left"), tr("Last 8 h"), tr("Last 12 h"), tr("Last 24 h"),
                         tr("Since yesterday 18:00"), tr("From and to")});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_presets);
    column->addLayout(row);
    m_from = addEdit(tr("&From"));
    m_to = addEdit(tr("&To"));
    m_zoneName = mutedLabel({}, this);
    row->addWidget(m_zoneName);
    row->addStretch(1);
    m_error = new FieldError(this);
    m_error->hide();
    column->addWidget(m_error);
    connect(m_presets, &QComboBox::activated, this, [this](int preset) {
        setPreset(static_cast<Preset>(preset));
        Q_EMIT changed();
    });
    setLeft(left);
}

QDateTimeEdit *HandoverPeriod::addEdit(const QString &label)
{
    auto *edit = new QDateTimeEdit(this);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    edit->setCalendarPopup(true);
    edit->setDateRange(QDate(1970, 1, 1), QDate(2199, 12, 31));
    edit->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    QLabel *name = plainLabel(label, this);
    name->setBuddy(edit);
    auto *row = static_cast<QHBoxLayout *>(layout()->itemAt(0)->layout());
    row->addWidget(name);
    row->addWidget(edit);
    connect(edit, &QDateTimeEdit::dateTimeChanged, this, &HandoverPeriod::takeEdited);
    return edit;
}

HandoverPeriod::Preset HandoverPeriod::preset() const
{
    return static_cast<Preset>(m_presets->currentIndex());
}

bool HandoverPeriod::tellsAllSinceLeft() const
{
    return preset() != Custom && (!m_left || m_range.start <= *m_left);
}

TimeRange HandoverPeriod::rangeOf(Preset preset, TimestampMs now) const
{
    switch (preset) {
    case SinceLeft: return {std::min(m_left.value_or(now), now), now};
    case Hours8: return {now - 8 * kHour, now};
    case Hours12: return {now - 12 * kHour, now};
    case Hours24: return {now - kDay, now};
    case SinceYesterdayEvening: {
        const QDate today = QDateTime::fromMSecsSinceEpoch(now, m_zone).date();
        return {QDateTime(today.addDays(-1), QTime(kEvening, 0), m_zone).toMSecsSinceEpoch(), now};
    }
    case Custom: break;
    }
    return m_range;
}

void HandoverPeriod::setPreset(Preset preset)
{
    m_presets->setCurrentIndex(preset);
    m_range = rangeOf(preset, SystemClock().now());
    showRange();
}

void HandoverPeriod::renew()
{
    setPreset(preset());
}

void HandoverPeriod::setZone(const QTimeZone &zone)
{
    m_zone = zone;
    renew();
}

void HandoverPeriod::setLeft(std::optional<TimestampMs> left)
{
    QStandardItem *sinceLeft = static_cast<QStandardItemModel *>(m_presets->model())->item(SinceLeft);
    const bool isNewlyKnown = left && !sinceLeft->isEnabled();
    m_left = left;
    sinceLeft->setEnabled(left.has_value());
    if (isNewlyKnown)
        setPreset(SinceLeft);
    else
        setPreset(!left && preset() == SinceLeft ? Hours8 : preset());
}

/// The edits work on plain clock time; takeEdited() reads it in the zone.
void HandoverPeriod::showRange()
{
    const auto show = [this](QDateTimeEdit *edit, TimestampMs at) {
        const QSignalBlocker quiet(edit);
        const QDateTime local = QDateTime::fromMSecsSinceEpoch(at, m_zone);
        edit->setDateTime(QDateTime(local.date(), local.time()));
    };
    show(m_from, m_range.start);
    show(m_to, m_range.end);
    showState();
}

void HandoverPeriod::showState()
{
    m_zoneName->setText(format::zoneName(m_zone, m_range.end));
    const bool valid = isValid();
    m_error->setText(valid ? QString() : tr("“To” must not be before “From”."));
    m_error->setVisible(!valid);
    FieldError::markField(m_to, !valid);
}

void HandoverPeriod::takeEdited()
{
    const auto instant = [this](const QDateTimeEdit *edit) {
        const QTime time = edit->time();
        return QDateTime(edit->date(), QTime(time.hour(), time.minute(), time.second()), m_zone).toMSecsSinceEpoch();
    };
    m_range = {instant(m_from), instant(m_to) + kSecond - 1};
    m_presets->setCurrentIndex(Custom);
    showState(); // The edits stay as they are: somebody types in one of them.
    Q_EMIT changed();
}

} // namespace bartizan
