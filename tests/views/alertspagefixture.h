// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/views/viewfixture.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/widgets/buttons.h"

/// Where things stand on an alerts page.
namespace bartizan::fixtures {

inline QString id(int number) { return QString::fromStdString(idOf(number)); }

inline QRect buttonOf(const AlertsPage &page, int row)
{
    return rowButtonRect(page.table()->visualRect(page.model().index(row, AlertModel::ActionColumn)));
}

inline QPoint cellOf(const AlertsPage &page, int row, int column = AlertModel::TimeColumn)
{
    return page.table()->visualRect(page.model().index(row, column)).center();
}

/// Puts alerts into the database, opens it, and shows them on a page.
inline std::unique_ptr<AlertsPage> showAlerts(ViewFixture &fixture, std::vector<SecurityAlert> alerts,
                                              const QSize &size = {1368, 828})
{
    fixture.commit(std::move(alerts));
    if (!fixture.open())
        qFatal("%s cannot be opened", qPrintable(fixture.path()));
    auto page = std::make_unique<AlertsPage>(&fixture.context());
    showPage(*page, size);
    return page;
}

} // namespace bartizan::fixtures
