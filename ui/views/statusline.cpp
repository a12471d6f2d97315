// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/statusline.h"

#include "core/domain/backlog.h"
#include "core/domain/rulecatalog.h"
#include "core/ports/clock.h"
#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/plaintooltip.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr int kClockMs = 1000;
constexpr int kItemGap = 12;
constexpr int kNarrowestState = 120;
constexpr int kWidestState = 520;

/// A flat button of the status bar: an optional glyph and small text that gives way.
class StatusButton : public QAbstractButton {
public:
    StatusButton(bool withGlyph, QWidget *parent) : QAbstractButton(parent), m_withGlyph(withGlyph)
    {
        setFont(fonts::small());
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setCursor(Qt::PointingHandCursor);
        setProperty(styleproperty::kOwnFocusRing, true);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    }

    void setKind(StatusKind kind)
    {
        m_kind = kind;
        update();
    }

    QSize sizeHint() const override
    {
        const int glyph = m_withGlyph ? measure::kIcon + measure::kGrid : 0;
        return {std::min(kWidestState, fontMetrics().horizontalAdvance(text()) + glyph + 2 * measure::kGrid),
                measure::kStatusBar - 1};
    }
    QSize minimumSizeHint() const override
    {
        return {m_withGlyph ? std::min(kNarrowestState, sizeHint().width()) : sizeHint().width(),
                measure::kStatusBar - 1};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (underMouse())
            painter.fillRect(rect(), theme.hover);
        int left = measure::kGrid;
        if (m_withGlyph) {
            paintStatusGlyph(&painter, QRectF(left, (height() - measure::kIcon) / 2.0, measure::kIcon, measure::kIcon),
                             m_kind);
            left += measure::kIcon + measure::kGrid;
        }
        painter.setFont(font());
        painter.setPen(underMouse() ? theme.text : theme.muted);
        const QRect where(left, 0, width() - left, height());
        painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         fontMetrics().elidedText(text(), Qt::ElideRight, where.width()));
        if (hasFocus()) {
            painter.setPen(QPen(theme.focus, measure::kFocusRing));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), measure::kRadiusBadge,
                                    measure::kRadiusBadge);
        }
    }

private:
    bool m_withGlyph;
    StatusKind m_kind = StatusKind::NoSource;
};

/// Plural forms are chosen by an int; a count beyond it is said as the largest one.
int clampedToInt(std::int64_t value)
{
    return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

QWidget *separator(QWidget *parent)
{
    auto *line = new Hairline(Qt::Vertical, parent);
    line->setFixedHeight(14);
    return line;
}

} // namespace

QString engineStateText(const EngineStatus &status)
{
    switch (status.state) {
    case EngineState::Idle:
        return status.detail.isEmpty() ? StatusLine::tr("No database is open")
                                       : StatusLine::tr("No engine: %1").arg(status.detail);
    case EngineState::Starting:
        return status.detail.isEmpty() ? StatusLine::tr("Engine starting: rebuilding its state")
                                       : StatusLine::tr("Engine starting: %1").arg(status.detail);
    case EngineState::Running:
        return status.warning.isEmpty() ? StatusLine::tr("Engine running here, up to date")
                                        : StatusLine::tr("Engine running here, with a warning");
    case EngineState::Behind:
        if (status.backlog.isBound && status.backlog.count == 0)
            return StatusLine::tr("Behind, nobody can count how far");
        if (status.backlog.isBound)
            return StatusLine::tr("Behind by over %Ln event(s)", nullptr, clampedToInt(status.backlog.count));
        return StatusLine::tr("Behind by %Ln event(s)", nullptr, clampedToInt(status.backlog.count));
    case EngineState::RunningElsewhere:
        if (status.backlog.isBound)
            return StatusLine::tr("Engine elsewhere is behind by at least %Ln event(s): %1", nullptr, clampedToInt(status.backlog.count))
                .arg(status.detail);
        if (status.backlog.count > 0)
            return StatusLine::tr("Engine elsewhere is behind by %Ln event(s): %1", nullptr, clampedToInt(status.backlog.count))
                .arg(status.detail);
        return status.detail.isEmpty() ? StatusLine::tr("Engine running elsewhere")
                                       : StatusLine::tr("Engine running elsewhere: %1").arg(status.detail);
    case EngineState::ReadOnly:
        return status.detail.isEmpty() ? StatusLine::tr("No engine: the database is read-only")
                                       : StatusLine::tr("No engine, read-only: %1").arg(status.detail);
    case EngineState::Retrying:
        return StatusLine::tr("Engine stopped, trying again: %1").arg(status.detail);
    }
    return {};
}

StatusKind engineStateKind(EngineState state)
{
    switch (state) {
    case EngineState::Running:
    case EngineState::RunningElsewhere:
        return StatusKind::Connected;
    case EngineState::Starting:
    case EngineState::Behind:
    case EngineState::ReadOnly:
        return StatusKind::Behind;
    case EngineState::Retrying:
        return StatusKind::Failed;
    case EngineState::Idle:
        break;
    }
    return StatusKind::NoSource;
}

StatusLine::StatusLine(QWidget *parent) : QWidget(parent), m_zone(QTimeZone::utc())
{
    setFixedHeight(measure::kStatusBar);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kGrid, 1, kItemGap, 0);
    row->setSpacing(kItemGap);

    auto *state = new StatusButton(true, this);
    connect(state, &QAbstractButton::clicked, this, &StatusLine::engineDetailsRequested);
    m_state = state;
    auto *evicted = new StatusButton(true, this);
    evicted->setKind(StatusKind::Behind);
    connect(evicted, &QAbstractButton::clicked, this, &StatusLine::engineDetailsRequested);
    m_evicted = evicted;
    m_evictedLine = separator(this);
    m_rate = smallLabel({}, this);
    m_age = smallLabel({}, this);
    m_rules = smallLabel({}, this);
    m_clock = smallLabel({}, this);
    const auto button = [this](const QString &text, const QString &name) {
        auto *made = new StatusButton(false, this);
        made->setText(text);
        made->setAccessibleName(name);
        made->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
        return made;
    };
    QAbstractButton *keys = button(tr("F1 Keys"), tr("Keys"));
    connect(keys, &QAbstractButton::clicked, this, &StatusLine::keysRequested);
    QAbstractButton *palette = button(tr("Ctrl+K Commands"), tr("Commands"));
    connect(palette, &QAbstractButton::clicked, this, &StatusLine::paletteRequested);

    m_rateLine = separator(this);
    m_ageLine = separator(this);
    m_rulesLine = separator(this);
    for (QWidget *left : {static_cast<QWidget *>(m_state), m_evictedLine, static_cast<QWidget *>(m_evicted),
                          m_rateLine, static_cast<QWidget *>(m_rate), m_ageLine, static_cast<QWidget *>(m_age)})
        row->addWidget(left);
    row->addStretch(1);
    for (QWidget *right : {static_cast<QWidget *>(m_rules), m_rulesLine, static_cast<QWidget *>(m_clock),
                           separator(this), static_cast<QWidget *>(keys), static_cast<QWidget *>(palette)})
        row->addWidget(right);

    auto *clock = new QTimer(this);
    clock->setInterval(kClockMs);
    connect(clock, &QTimer::timeout, this, &StatusLine::tick);
    clock->start();
    setStatus({});
}

void StatusLine::setStatus(const EngineStatus &status)
{
    m_status = status;
    const QString text = engineStateText(status);
    m_state->setText(text);
    m_state->setAccessibleName(tr("Engine: %1").arg(text));
    const QString warning = status.warning.isEmpty() ? QString() : status.warning + QLatin1Char('\n');
    setPlainToolTip(m_state, text + QLatin1Char('\n') + warning + tr("Click for details"));
    const bool impaired = (status.state == EngineState::Running && !warning.isEmpty())
        || (status.state == EngineState::RunningElsewhere && !status.backlog.isEmpty());
    static_cast<StatusButton *>(m_state)->setKind(impaired ? StatusKind::Behind : engineStateKind(status.state));
    m_state->updateGeometry();
    const QString rate = format::locale().toString(status.eventsPerSecond, 'f', status.eventsPerSecond < 100 ? 1 : 0);
    m_rate->setText(tr("%1 events/s").arg(rate));
    m_rules->setText(tr("%1 of %2 rules on").arg(status.rulesOn).arg(kRuleCount));
    // What an engine elsewhere does per second is not known here; without a database nothing is.
    const bool works = status.state == EngineState::Running || status.state == EngineState::Behind;
    const bool open = status.state != EngineState::Idle || !status.detail.isEmpty();
    for (QWidget *part : {m_rateLine, static_cast<QWidget *>(m_rate)})
        part->setVisible(works);
    for (QWidget *part : {m_ageLine, static_cast<QWidget *>(m_age)})
        part->setVisible(open);
    for (QWidget *part : {m_rulesLine, static_cast<QWidget *>(m_rules)})
        part->setVisible(status.rulesOn > 0);
    showEvicted();
    tick();
}

/// At the cap the rules forget what they counted: somebody must know.
void StatusLine::showEvicted()
{
    const bool evicted = m_status.keysEvicted > 0;
    m_evicted->setVisible(evicted);
    m_evictedLine->setVisible(evicted);
    if (!evicted)
        return;
    const QString text = tr("%Ln key(s) evicted", nullptr, clampedToInt(m_status.keysEvicted));
    m_evicted->setText(text);
    m_evicted->setAccessibleName(tr("Warning: %1").arg(text));
    setPlainToolTip(
        m_evicted,
        tr("The rules keep state about as many addresses and accounts as they may, and have given up those that would "
           "have expired first. “bartizanctl config set detection.trackedKeys” raises the limit."));
    m_evicted->updateGeometry();
}

void StatusLine::setZone(const QTimeZone &zone)
{
    m_zone = zone;
    tick();
}

QString StatusLine::stateText() const
{
    return m_state->text();
}

void StatusLine::tick()
{
    const TimestampMs now = SystemClock().now();
    m_clock->setText(format::clockTime(now, m_zone));
    if (!m_status.lastEventAt)
        m_age->setText(tr("No event yet"));
    else if (*m_status.lastEventAt > now + kMinute) // No age: it would stay at 0 whatever comes, or nothing does.
        m_age->setText(tr("Newest event is dated %1").arg(format::clockTime(*m_status.lastEventAt, m_zone)));
    else
        m_age->setText(tr("Last event %1 ago").arg(format::age(now - *m_status.lastEventAt)));
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.fillRect(0, 0, width(), 1, palette().color(QPalette::Mid));
}

} // namespace bartizan
