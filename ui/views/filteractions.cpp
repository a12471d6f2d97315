// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filteractions.h"

#include "core/query/filterwords.h"
#include "ui/models/displaytext.h"
#include "ui/models/filterchips.h"
#include "ui/theme/format.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

#include <array>

namespace bartizan::filteractions {
namespace {

constexpr int kMenuText = 40;

struct FilterActions {
    Q_DECLARE_TR_FUNCTIONS(bartizan::FilterActions)
};

/// "Only this" and "Not this".
std::array<QAction *, 2> actionsOf(QObject *owner, const FilterTerm &term, FilterSubject subject, const Narrow &narrow)
{
    const filterchips::Words words = filterchips::words(term, subject);
    const QString what = QStringLiteral("%1 %2").arg(words.field.toLower(), menuText(words.value));
    FilterTerm opposite = term;
    opposite.negated = true;
    auto *only = new QAction(FilterActions::tr("Only %1").arg(what), owner);
    auto *without = new QAction(FilterActions::tr("Not %1").arg(what), owner);
    QObject::connect(only, &QAction::triggered, owner, [narrow, term] { narrow(term); });
    QObject::connect(without, &QAction::triggered, owner, [narrow, opposite] { narrow(opposite); });
    return {only, without};
}

} // namespace

QString menuText(const QString &value)
{
    QString text = displayText(value.left(200).toStdString(), kMenuText);
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

std::optional<FilterTerm> termFor(FilterField field, std::string_view stored, FilterSubject subject)
{
    return offeredTerm(field, subject, format::text(stored));
}

void addTo(QMenu *menu, const FilterTerm &term, FilterSubject subject, const Narrow &narrow)
{
    for (QAction *action : actionsOf(menu, term, subject, narrow))
        menu->addAction(action);
}

void addTo(QWidget *widget, const FilterTerm &term, FilterSubject subject, const Narrow &narrow)
{
    for (QAction *action : actionsOf(widget, term, subject, narrow))
        widget->addAction(action);
}

void addTimesTo(QMenu *menu, TimestampMs at, const QString &time, FilterSubject subject, const Narrow &narrow)
{
    const std::array<std::pair<FilterField, QString>, 2> sides{{{FilterField::Since, FilterActions::tr("Only since %1")},
                                                                {FilterField::Until, FilterActions::tr("Only until %1")}}};
    for (const auto &[field, text] : sides) {
        if (const auto term = termFor(field, formatIso(at), subject))
            QObject::connect(menu->addAction(text.arg(time)), &QAction::triggered, menu, [narrow, term] { narrow(*term); });
    }
}

} // namespace bartizan::filteractions
