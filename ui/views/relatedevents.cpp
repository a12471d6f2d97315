// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/relatedevents.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"

#include <QGridLayout>

namespace bartizan {
namespace {

/// Letters in a row after which a line may break.
constexpr int kLongestWord = 28;

} // namespace

RelatedEvents::RelatedEvents(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(measure::kControlGap);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 3);
    m_grid->setColumnStretch(2, 2);
}

void RelatedEvents::setEvents(std::span<const AuditEvent> events, TimestampMs now, const QTimeZone &zone)
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (const AuditEvent &event : events.first(std::min(events.size(), kMost))) {
        const std::array<QString, 4> texts{format::tableTime(event.timestamp, now, zone), displayText(event.action),
                                           displayText(event.context.userId.value_or(std::string())),
                                           format::outcome(event.outcome)};
        for (std::size_t column = 0; column < texts.size(); ++column) {
            auto *label = new ElidedLabel(texts[column], this);
            label->setMuted(column == 3);
            m_grid->addWidget(label, row, static_cast<int>(column));
        }
        m_grid->addWidget(new Hairline(Qt::Horizontal, this), row + 1, 0, 1, 4);
        row += 2;
    }
    setVisible(row > 0);
}

QString breakable(const QString &text)
{
    QString out;
    out.reserve(text.size() + text.size() / kLongestWord);
    int run = 0;
    for (const QChar c : text) {
        run = c.isSpace() ? 0 : run + 1;
        out += c;
        if (run >= kLongestWord && !c.isHighSurrogate()) {
            out += QChar(0x200b);
            run = 0;
        }
    }
    return out;
}

} // namespace bartizan
